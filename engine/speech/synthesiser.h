#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/async/task.h"
#include "engine/speech/recogniser.h"

namespace antiphon::speech {

inline constexpr std::size_t spoken_text_bytes_max = 16u << 10;  ///< of one request
inline constexpr double speaking_speed_min = 0.5;
inline constexpr double speaking_speed_max = 2;

/// What is to be said.
struct SpeechRequest {
  std::string text;             ///< plain UTF-8, at most `spoken_text_bytes_max`
  std::string language = "en";  ///< BCP 47
  double speed = 1;             ///< times the voice's own: 0.5 to 2
};

/// Sound of a sentence, or of a part of it.
struct SpokenPiece {
  std::vector<Sample> samples;  ///< mono
  int sample_rate = sample_rate_hz;
  std::size_t sentence = 0;  ///< from 0
  std::string text = {};     ///< the sentence, with its first piece only
};

/// One text on its way to sound, sentence by sentence. Belongs to one core and is dropped on it,
/// which ends the work at once.
class SynthesiserStream {
 public:
  virtual ~SynthesiserStream() = default;

  /// The next sound; nothing when all is said.
  /// @throws Error{Code::unavailable} or Error{Code::timeout} when the synthesiser fails in the
  ///         middle; what was given before stays good
  virtual Task<std::optional<SpokenPiece>> next() = 0;
};

/// Text to speech. Belongs to one core.
class Synthesiser {
 public:
  virtual ~Synthesiser() = default;

  /// To show: "espeak-ng (embedded)".
  virtual std::string name() const = 0;

  /// Begins to speak.
  /// @throws Error{Code::invalid} for no text, too much of it, bytes that are no UTF-8, a speed
  ///         outside its range; Error{Code::unsupported} for a language or script without a voice;
  ///         Error{Code::unavailable} when it is not installed or speaks as much as it may
  virtual Task<std::unique_ptr<SynthesiserStream>> speak(SpeechRequest request) = 0;
};

/// What every synthesiser asks of a request. @throws Error{fields} with everything that is wrong
void check(const SpeechRequest& request);

}  // namespace antiphon::speech
