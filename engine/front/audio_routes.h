#pragma once

#include "engine/http/router.h"
#include "engine/speech/recogniser.h"
#include "engine/speech/synthesiser.h"

namespace antiphon::front {

inline constexpr std::string_view transcription_permission = "front:transcription:create";
inline constexpr std::string_view speech_permission = "front:speech:create";

/// Of a recording, as OpenAI has it.
inline constexpr std::uint64_t transcription_file_bytes_max = std::uint64_t{25} << 20;
/// Of a text to be said.
inline constexpr std::size_t speech_characters_max = 4096;

/// Sound to text and text to sound, as OpenAI's clients ask for them (E-38). One on each core.
class AudioRoutes {
 public:
  struct Parts {
    speech::Recogniser& recogniser;
    speech::Synthesiser& synthesiser;
    std::string ffmpeg = "ffmpeg";  ///< packs speech: a name in PATH or a path
  };

  explicit AudioRoutes(Parts parts) : parts_(std::move(parts)) {}

  void mount(http::Router& router);

 private:
  Task<http::Response> transcribe(Call call, http::Request request);
  Task<http::Response> speak(Call call, http::Request request);

  Parts parts_;
};

}  // namespace antiphon::front
