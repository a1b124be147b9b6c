// OpenAI's transcription: https://platform.openai.com/docs/api-reference/audio/createTranscription

#include "engine/front/transcript.h"

#include <algorithm>
#include <cmath>

#include "engine/front/front_error.h"
#include "engine/schema/json.h"

namespace antiphon::front {
namespace {

constexpr std::string_view formats[] = {"json", "text", "srt", "verbose_json", "vtt"};
// Nobody says how sure a recogniser is that does not know.
constexpr double confidence_unknown = 1;

std::string text_json(std::string_view text) {
  std::string out;
  schema::write_text(out, text);
  return out;
}

void check_format(const std::string& format) {
  if (format == "diarized_json") refuse_field("/response_format", "Speakers are not told apart.");
  if (std::ranges::find(formats, format) == std::end(formats)) {
    throw Error({{"/response_format", "one_of",
                  fmt::format("\"{}\" is none of {}.", format, fmt::join(formats, ", "))}});
  }
}

void take_field(TranscriptionAsk& asked, const http::FormField& field, bool& has_model) {
  const auto& [name, text] = field;
  if (name == "model") has_model = !text.empty();
  if (name == "response_format") asked.format = text;
  if (name == "language") asked.language = text;
  if (name == "stream") asked.is_streamed = text == "true";
  // Clients write both.
  if (name == "timestamp_granularities[]" || name == "timestamp_granularities") {
    asked.wants_words |= text == "word";
  }
  if (name == "prompt" && !text.empty()) refuse_field("/prompt", "It cannot be honoured.");
  if (name == "temperature" && std::strtod(text.c_str(), nullptr) != 0) {
    refuse_field("/temperature", "It cannot be set: send 0.");
  }
  if (name == "include[]" || name == "include") refuse_field("/include", "Nothing more is told.");
  if (name == "chunking_strategy" && text != "auto") {
    refuse_field("/chunking_strategy", "It cannot be set: send \"auto\".");
  }
}

struct Span {
  double start = 0;
  double end = 0;
};

Span span_of(const speech::Transcript& said) {
  if (said.words.empty()) {
    return {static_cast<double>(said.begin_sample) / speech::sample_rate_hz,
            static_cast<double>(said.end_sample) / speech::sample_rate_hz};
  }
  return {said.words.front().start_ms / 1000.0, said.words.back().end_ms / 1000.0};
}

std::string subtitle_time(double seconds, char point) {
  auto ms = std::llround(seconds * 1000);
  return fmt::format("{:02}:{:02}:{:02}{}{:03}", ms / 3'600'000, ms / 60'000 % 60, ms / 1000 % 60,
                     point, ms % 1000);
}

std::string subtitles(const Recording& recording, bool is_vtt) {
  std::string out = is_vtt ? "WEBVTT\n\n" : "";
  char point = is_vtt ? '.' : ',';
  int number = 0;
  for (const auto& said : recording.said) {
    Span span = span_of(said);
    if (!is_vtt) out += fmt::format("{}\n", ++number);
    out += fmt::format("{} --> {}\n{}\n\n", subtitle_time(span.start, point),
                       subtitle_time(span.end, point), said.text);
  }
  return out;
}

double log_probability(const speech::Transcript& said) {
  double sum = 0;
  for (const auto& word : said.words) {
    sum += std::log(std::max(word.confidence.value_or(confidence_unknown), 1e-6));
  }
  return said.words.empty() ? 0 : sum / static_cast<double>(said.words.size());
}

std::string segments_json(const Recording& recording) {
  std::string out;
  for (std::size_t i = 0; i < recording.said.size(); ++i) {
    const auto& said = recording.said[i];
    Span span = span_of(said);
    out += fmt::format(R"({}{{"id":{},"seek":{},"start":{:.3f},"end":{:.3f},"text":{},)"
                       R"("tokens":[],"temperature":0.0,"avg_logprob":{:.4f},)"
                       R"("compression_ratio":1.0,"no_speech_prob":0.0}})",
                       i > 0 ? "," : "", i, said.begin_sample * 100 / speech::sample_rate_hz,
                       span.start, span.end, text_json(said.text), log_probability(said));
  }
  return out;
}

std::string words_json(const Recording& recording) {
  std::string out;
  for (const auto& said : recording.said) {
    for (const auto& word : said.words) {
      out += fmt::format(R"({}{{"word":{},"start":{:.3f},"end":{:.3f}}})", out.empty() ? "" : ",",
                         text_json(word.text), word.start_ms / 1000.0, word.end_ms / 1000.0);
    }
  }
  return out;
}

std::string usage_json(const Recording& recording) {
  return fmt::format(R"("usage":{{"type":"duration","seconds":{}}})",
                     std::chrono::ceil<std::chrono::seconds>(recording.length).count());
}

std::string verbose_json(const TranscriptionAsk& asked, const Recording& recording) {
  std::string words =
      asked.wants_words ? fmt::format(R"("words":[{}],)", words_json(recording)) : "";
  return fmt::format(
      R"({{"task":"transcribe","language":{},"duration":{:.3f},"text":{},)"
      R"("segments":[{}],{}{}}})",
      text_json(recording.language), static_cast<double>(recording.length.count()) / 1000.0,
      text_json(recording.text()), segments_json(recording), words, usage_json(recording));
}

}  // namespace

TranscriptionAsk read_transcription(const std::vector<http::FormField>& fields) {
  TranscriptionAsk asked;
  bool has_model = false;
  for (const auto& field : fields) take_field(asked, field, has_model);
  check_format(asked.format);
  if (!has_model) throw Error({{"/model", "required", "This is missing."}});
  if (asked.is_streamed && asked.format != "json" && asked.format != "text") {
    refuse_field("/stream", "Of the formats only json and text are streamed.");
  }
  return asked;
}

std::string Recording::text() const {
  std::string all;
  for (const auto& transcript : said) all += (all.empty() ? "" : " ") + transcript.text;
  return all;
}

WrittenTranscript write_transcript(const TranscriptionAsk& asked, const Recording& recording) {
  constexpr std::string_view plain = "text/plain; charset=utf-8";
  if (asked.format == "text") return {recording.text() + "\n", std::string(plain)};
  if (asked.format == "srt") return {subtitles(recording, false), std::string(plain)};
  if (asked.format == "vtt") return {subtitles(recording, true), "text/vtt; charset=utf-8"};
  if (asked.format == "verbose_json") return {verbose_json(asked, recording), "application/json"};
  return {fmt::format(R"({{"text":{},{}}})", text_json(recording.text()), usage_json(recording)),
          "application/json"};
}

std::string delta_event(std::string_view text) {
  return fmt::format("data: {{\"type\":\"transcript.text.delta\",\"delta\":{}}}\n\n",
                     text_json(text));
}

std::string done_event(const Recording& recording) {
  return fmt::format("data: {{\"type\":\"transcript.text.done\",\"text\":{},{}}}\n\n",
                     text_json(recording.text()), usage_json(recording));
}

}  // namespace antiphon::front
