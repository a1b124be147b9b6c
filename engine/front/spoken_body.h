#pragma once

#include <memory>
#include <optional>
#include <string>

#include "engine/http/message.h"
#include "engine/speech/synthesiser.h"

namespace antiphon::front {

/// How speech shall come.
struct SpeechFormat {
  std::string name;              ///< wav, pcm, mp3, opus, aac, flac
  bool is_event_stream = false;  ///< as events with base64 in place of bytes
};

/// "audio/mpeg"; nothing for a format that there is not.
std::optional<std::string> media_type_of(std::string_view format);
inline constexpr std::string_view speech_formats = "mp3, opus, aac, flac, wav, pcm";

/// A stream whose first sound is there, so that whatever fails before it is a proper error.
struct Speaking {
  std::unique_ptr<speech::SynthesiserStream> stream;
  speech::SpokenPiece first;
  std::size_t characters = 0;
};

/// Sends speech as it is made, packed by ffmpeg where the format asks for it.
http::StreamedBody spoken_body(std::shared_ptr<Speaking> speaking, SpeechFormat format,
                               std::string ffmpeg);

}  // namespace antiphon::front
