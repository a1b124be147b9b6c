#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/http/answer_lines.h"
#include "engine/remote_speech/hearing.h"

namespace antiphon::remote_speech {

/// Words of one answer; a server that tells more of a single utterance is not telling the truth.
inline constexpr std::size_t heard_words_max = 2000;

/// What an answer is read with.
struct Asked {
  double sound_s = 0;    ///< length of the sound that was sent
  std::string language;  ///< that was asked for; primary
  /// Segments that compress better than so are made up (Whisper repeats itself in noise) and are
  /// left out, where the server tells how well they compress.
  std::optional<double> compression_threshold = {};
};

/// Reads a transcription in any of the shapes that Whisper's servers give:
///   OpenAI json           {"text"}
///   OpenAI verbose_json   {"text", "language", "segments": […], "words": [{word, start, end}]}
///   whisper.cpp           the same with the words within the segments, as pieces of words, and the
///                         language by its name
///   WhisperX              {"segments": [{start, end, text, words}], "word_segments": […]}, where
///                         words may lack start, end and score
/// Words without times lie evenly where their segment, or the sound, has room. Confidence is that
/// of the word (`probability`, `score`), else its segment's mean over tokens.
Heard parse_transcription(std::string_view json, const Asked& asked);

/// Puts a streamed transcription together (OpenAI's transcript.text.delta and .done). An end
/// without .done is a cut.
class TranscriptEvents {
 public:
  explicit TranscriptEvents(Asked asked) : asked_(std::move(asked)) {}

  /// Takes the next event. @return whether the transcription is complete, or has failed
  bool add(const http::ServerEvent& event);
  /// What it came to.
  Heard finish() const;

 private:
  Asked asked_;
  std::string text_;
  bool is_done_ = false;
  std::optional<HearingFailure> failure_;
};

}  // namespace antiphon::remote_speech
