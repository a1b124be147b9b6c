#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "engine/http/upload.h"
#include "engine/speech/recogniser.h"

namespace antiphon::front {

/// How a transcription shall come, as the texts of a form say.
struct TranscriptionAsk {
  std::string format = "json";  ///< json, text, srt, verbose_json, vtt
  std::string language;         ///< "": nothing was said
  bool is_streamed = false;
  bool wants_words = false;
};

/// @throws Error{fields} for what is missing, wrong, or cannot be honoured
TranscriptionAsk read_transcription(const std::vector<http::FormField>& fields);

/// What was understood of a recording.
struct Recording {
  std::vector<speech::Transcript> said;  ///< each final that has words
  std::string language;
  std::chrono::milliseconds length{};

  std::string text() const;
};

/// A text with its type, in the format that was asked for.
struct WrittenTranscript {
  std::string body;
  std::string content_type;
};
WrittenTranscript write_transcript(const TranscriptionAsk& asked, const Recording& recording);

/// Events of a stream: `transcript.text.delta`, and `transcript.text.done` at its end.
std::string delta_event(std::string_view text);
std::string done_event(const Recording& recording);

}  // namespace antiphon::front
