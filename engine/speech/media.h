#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/async/task.h"
#include "engine/speech/recogniser.h"

namespace antiphon::speech {

/// What a decoder may use of the machine, and how much may come of it.
struct MediaLimits {
  std::chrono::seconds length_max{30 * 60};  ///< of the sound
  std::size_t input_bytes_max = 512u << 20;  ///< of the file
  std::chrono::seconds processor_max{120};
  std::size_t memory_bytes_max = 2048u << 20;  ///< address space of the decoder
  std::chrono::seconds idle_max{20};           ///< without a byte from the decoder
  std::string ffmpeg = "ffmpeg";               ///< the program: a name in PATH or a path
};

/// Decoded sound: 16 kHz, mono.
struct Pcm {
  std::vector<Sample> samples;
  bool silent = false;  ///< as is_silent() says

  double seconds() const { return static_cast<double>(samples.size()) / sample_rate_hz; }
};

/// Sound out of a file or a buffer in any format that ffmpeg knows, piece by piece, as it is
/// decoded by a child program under limits. Belongs to one core and is dropped on it, which
/// ends the child.
class MediaReader {
 public:
  virtual ~MediaReader() = default;

  /// The next sound at 16 kHz, mono, at most 100 ms; empty at the end.
  /// @throws Error{Code::unprocessable} for corrupt media or media without any sound,
  ///         Error{Code::too_large} past the length, Error{Code::timeout}
  virtual Task<std::vector<Sample>> read_some() = 0;
};

/// Opens media by what it holds, not by its name.
/// @throws Error{Code::not_found} for no such file, Error{Code::unprocessable} for an empty one
///         or a WAV header that lies, Error{Code::unsupported} for content that is no sound or film
///         (text, image, program), Error{Code::too_large}, Error{Code::unavailable} when ffmpeg is
///         not installed
std::unique_ptr<MediaReader> read_media_file(const std::filesystem::path& path,
                                             MediaLimits limits = {});
std::unique_ptr<MediaReader> read_media_bytes(std::string bytes, MediaLimits limits = {});

/// Whether nothing in it is louder than the noise of a quiet room (-60 dB of full scale over any
/// 100 ms).
bool is_silent(std::span<const Sample> samples);

/// All of it at once. Throws as the reader does.
Task<Pcm> decode_file(std::filesystem::path path, MediaLimits limits = {});
Task<Pcm> decode_bytes(std::string bytes, MediaLimits limits = {});

}  // namespace antiphon::speech
