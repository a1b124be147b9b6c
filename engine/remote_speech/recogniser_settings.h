#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/error.h"
#include "engine/schema/describe.h"

namespace antiphon::remote_speech {

/// What a server that recognises speech speaks.
enum class RecogniserKind {
  openai,       ///< POST {url}/audio/transcriptions, multipart
  whisper_cpp,  ///< whisper.cpp's server: POST {url}/inference
  whisper_asr   ///< whisper-asr-webservice: POST {url}/asr
};

inline auto describe(schema::Tag<RecogniserKind>) {
  return schema::enumeration<RecogniserKind>("RecogniserKind", "What a recogniser speaks")
      .value("openai", RecogniserKind::openai,
             "OpenAI's transcription: OpenAI, speaches, vLLM, whisperX-FastAPI, LocalAI")
      .value("whisperCpp", RecogniserKind::whisper_cpp, "The server of whisper.cpp")
      .value("whisperAsr", RecogniserKind::whisper_asr, "whisper-asr-webservice");
}

inline constexpr double whisper_temperature_max = 1;

/// One server that recognises speech. What its kind lacks is refused when it is set (E-94).
struct RecogniserSettings {
  std::string name;
  RecogniserKind kind = RecogniserKind::openai;
  std::string url;
  std::string api_key;
  std::string model;
  std::vector<std::string> languages;
  std::int64_t concurrency = 0;
  std::optional<double> temperature;
  std::optional<double> compression_threshold;
  std::string prompt;
  bool word_times = true;
  bool stream = false;
  std::chrono::milliseconds partial_ms{1'000};
  std::chrono::milliseconds answer_ms{8'000};

  /// Requests at the same time, where none is set: whisper.cpp takes one.
  std::size_t at_once() const;
};

inline auto describe(schema::Tag<RecogniserSettings>) {
  using S = RecogniserSettings;
  return schema::object<S>("RecogniserSettings", "A server that recognises speech")
      .field("name", &S::name, "For logs, metrics and messages: \"whisper-1\"",
             schema::min_length(1), schema::max_length(40))
      .field("kind", &S::kind, "What it speaks")
      .field("url", &S::url,
             "Where it is: https://api.openai.com/v1, http://127.0.0.1:8080 for whisper.cpp",
             schema::min_length(1), schema::max_length(500))
      .field("apiKey", &S::api_key, "Sent as a bearer token", schema::secret, schema::defaulted)
      .field("model", &S::model, "As the server names it; openai: whisper-1 unless set",
             schema::max_length(200), schema::defaulted)
      .field("languages", &S::languages, "Primary languages it is asked for; empty: Whisper's",
             schema::each({schema::max_length(8)}), schema::defaulted)
      .field("concurrency", &S::concurrency,
             "Requests at the same time; 0: 1 for whisperCpp and whisperAsr, 8 for openai",
             schema::min(0), schema::max(1'000), schema::defaulted)
      .field("temperature", &S::temperature, "Of sampling", schema::min(0),
             schema::max(whisper_temperature_max))
      .field("compressionThreshold", &S::compression_threshold,
             "Segments that compress better are taken for made up and left out; Whisper's own is "
             "2.4",
             schema::min(1), schema::max(100))
      .field("prompt", &S::prompt, "Words and names that are to be expected",
             schema::max_length(1'000), schema::defaulted)
      .field("wordTimes", &S::word_times,
             "Ask for the times of words; not with models that answer json alone, as "
             "gpt-4o-transcribe",
             schema::defaulted)
      .field("stream", &S::stream, "Ask for the text as events; without times of words",
             schema::defaulted)
      .field("partialMs", &S::partial_ms,
             "So much more sound before a growing utterance is sent again; 0: it is sent once, at "
             "its end, which costs least",
             schema::min(0), schema::max(20'000), schema::defaulted)
      .field("answerMs", &S::answer_ms, "Longest time for an answer, then the next server is asked",
             schema::min(100), schema::max(120'000), schema::defaulted);
}

/// What is wrong with them: an URL that cannot be asked, options that the kind lacks.
/// @param at  JSON pointer of the settings: "/speech/servers/0"
std::vector<FieldError> find_faults(const RecogniserSettings& settings, std::string_view at = "");

/// For the pointer of options that a kind lacks, shared with synthesisers.
FieldError lacks(std::string_view at, std::string_view option, std::string_view kind,
                 std::string_view why);
/// Adds what is wrong with the URL of a server.
void check_url(std::string_view url, std::string_view at, std::vector<FieldError>& faults);

}  // namespace antiphon::remote_speech
