// Sound to text: OpenAI's /v1/audio/transcriptions and whisper.cpp's /inference.

#include "engine/base/error.h"
#include "engine/http/multipart.h"
#include "engine/standin/answer.h"
#include "engine/standin/chat_routes.h"
#include "engine/standin/sound.h"
#include "engine/standin/turns.h"

namespace antiphon::standin {
namespace {

// What a form asks for.
struct Recording {
  std::string model;
  std::string format = "json";
  std::string language = "en";
  bool is_streamed = false;
  bool wants_words = false;
  double seconds = 0;
  std::optional<std::vector<HeardWord>> words = {};
};

void take_field(Recording& recording, const http::Part& part) {
  std::string value(part.content);
  if (part.name == "file") recording.seconds = seconds_of(part.content);
  if (part.name == "model") recording.model = value;
  if (part.name == "response_format") recording.format = value;
  if (part.name == "language" && !value.empty()) recording.language = value;
  if (part.name == "stream") recording.is_streamed = value == "true";
  if (part.name.starts_with("timestamp_granularities") && value == "word") {
    recording.wants_words = true;
  }
}

Recording read_recording(const http::Request& request, std::string_view body) {
  Recording recording;
  bool has_file = false;
  for (const http::Part& part : http::parse_multipart(request.headers.get("Content-Type"), body)) {
    has_file |= part.name == "file" && !part.content.empty();
    take_field(recording, part);
  }
  if (!has_file) throw Error(Code::invalid, "'file' is missing.");
  check_role(recording.format, {"json", "text", "srt", "verbose_json", "vtt"});
  return recording;
}

std::vector<HeardWord> heard_in(const Recording& recording, const Behaviour& behaviour) {
  if (behaviour.empty) return {};
  std::string text =
      behaviour.text.value_or(fmt::format("There are {:.2f} seconds of sound.", recording.seconds));
  return hear(text, recording.seconds, static_cast<double>(behaviour.word_time.count()) / 1000);
}

std::string words_json(const std::vector<HeardWord>& words, std::string_view more) {
  std::string out;
  for (const HeardWord& word : words) {
    out += fmt::format(R"({}{{"word":{},"start":{:.3f},"end":{:.3f}{}}})", out.empty() ? "" : ",",
                       as_json(word.text), word.start, word.end, more);
  }
  return "[" + out + "]";
}

// One segment holds all; none where nothing was heard.
std::string segments_json(const std::vector<HeardWord>& words, std::string_view more) {
  if (words.empty()) return "[]";
  return fmt::format(R"([{{"id":0,"seek":0,"start":{:.3f},"end":{:.3f},"text":{},"tokens":[],)"
                     R"("temperature":0.0,"avg_logprob":-0.2,"compression_ratio":1.0,)"
                     R"("no_speech_prob":0.01{}}}])",
                     words.front().start, words.back().end, as_json(" " + text_of(words)), more);
}

std::string subtitles(const std::vector<HeardWord>& words, bool is_vtt) {
  std::string out = is_vtt ? "WEBVTT\n\n" : "";
  if (words.empty()) return out;
  char point = is_vtt ? '.' : ',';
  return out + fmt::format("{}{} --> {}\n{}\n\n", is_vtt ? "" : "1\n",
                           subtitle_time(words.front().start, point),
                           subtitle_time(words.back().end, point), text_of(words));
}

struct Written {
  std::string body;
  std::string content_type = "application/json";
};

// What both services write alike; nothing for the two kinds of JSON.
std::optional<Written> write_plain(const Recording& recording, const std::vector<HeardWord>& words,
                                   std::string_view text_type) {
  if (recording.format == "text") return Written{text_of(words) + "\n", std::string(text_type)};
  if (recording.format == "srt") return Written{subtitles(words, false), "text/plain"};
  if (recording.format == "vtt") return Written{subtitles(words, true), "text/vtt"};
  return std::nullopt;
}

Written write_openai(const Recording& recording, const std::vector<HeardWord>& words) {
  if (auto plain = write_plain(recording, words, "text/plain; charset=utf-8")) return *plain;
  std::string usage =
      fmt::format(R"("usage":{{"type":"duration","seconds":{}}})", std::ceil(recording.seconds));
  std::string text = as_json(text_of(words));
  if (recording.format == "json") return {fmt::format(R"({{"text":{},{}}})", text, usage)};
  std::string each =
      recording.wants_words ? fmt::format(R"("words":{},)", words_json(words, "")) : "";
  return {fmt::format(R"({{"task":"transcribe","language":{},"duration":{:.3f},"text":{},)"
                      R"("segments":{},{}{}}})",
                      as_json(recording.language == "en" ? "english" : recording.language),
                      recording.seconds, text, segments_json(words, ""), each, usage)};
}

// Words stand within segments, the language has its name, and text comes as HTML.
Written write_whisper(const Recording& recording, const std::vector<HeardWord>& words) {
  if (auto plain = write_plain(recording, words, "text/html; charset=utf-8")) return *plain;
  std::string text = as_json(text_of(words) + "\n");
  if (recording.format == "json") return {fmt::format(R"({{"text":{}}})", text)};
  std::string each = fmt::format(R"(,"words":{})", words_json(words, R"(,"probability":0.9)"));
  return {fmt::format(R"({{"task":"transcribe","language":"english","duration":{:.3f},)"
                      R"("text":{},"segments":{},"detected_language":"english"}})",
                      recording.seconds, text, segments_json(words, each))};
}

std::string delta(std::string_view text) {
  return fmt::format("data: {{\"type\":\"transcript.text.delta\",\"delta\":{}}}\n\n",
                     as_json(text));
}

Programme stream_words(const std::vector<HeardWord>& words, const Behaviour& behaviour) {
  Programme programme{.content_type = "text/event-stream",
                      .fault = R"(data: {"type":"error","error":{"message":"The script says so.",)"
                               R"("type":"server_error","param":null,"code":null}})"
                               "\n\n",
                      .garbage = "data: {\"type\": oh no\n\n"};
  for (std::size_t i = 0; i < words.size(); ++i) {
    programme.pieces.push_back({delta((i > 0 ? " " : "") + words[i].text), 1});
  }
  if (behaviour.no_finish) return programme;
  programme.end = fmt::format(
      "data: {{\"type\":\"transcript.text.done\",\"text\":{},\"usage\":{{\"type\":\"tokens\","
      "\"input_tokens\":10,\"output_tokens\":{},\"total_tokens\":{}}}}}\n\n",
      as_json(text_of(words)), words.size(), words.size() + 10);
  return programme;
}

Task<http::Response> transcribe(Stage* stage, http::Request request) {
  std::string body = co_await request.read_all();
  Recording recording = read_recording(request, body);
  if (recording.model.empty()) throw Error(Code::invalid, "'model' is missing.");
  auto cue = co_await stage->enter({.occasion = {.api = Api::openai_transcription,
                                                 .model = recording.model,
                                                 .is_streamed = recording.is_streamed},
                                    .key = bearer_key(request),
                                    .refuse = refuse_as_openai});
  if (!cue) co_return std::move(cue.error());
  std::vector<HeardWord> words = heard_in(recording, cue->behaviour);
  // This one model gives no stream, and does not say so.
  if (recording.is_streamed && recording.model != "whisper-1") {
    Programme programme = stream_words(words, cue->behaviour);
    co_return perform(*std::move(cue), std::move(programme));
  }
  Written written = write_openai(recording, words);
  co_return perform_whole(*std::move(cue), std::move(written.body), std::move(written.content_type),
                          static_cast<std::int64_t>(words.size()));
}

// One at a time, as that server does it: who waits holds no place in it when it leaves.
Task<http::Response> infer(Stage* stage, std::shared_ptr<Turns> turns, http::Request request) {
  std::string body = co_await request.read_all();
  Recording recording = read_recording(request, body);
  Turns::Turn turn = co_await turns->take();
  auto cue = co_await stage->enter(
      {.occasion = {.api = Api::whisper_inference}, .refuse = refuse_as_whisper, .is_open = true});
  if (!cue) co_return std::move(cue.error());
  if (cue->behaviour.delay_first.count() > 0) co_await sleep_for(cue->behaviour.delay_first);
  std::vector<HeardWord> words = heard_in(recording, cue->behaviour);
  Written written = write_whisper(recording, words);
  co_return perform_whole(*std::move(cue), std::move(written.body), std::move(written.content_type),
                          static_cast<std::int64_t>(words.size()));
}

http::RouteInfo sound_route(std::string path) {
  http::RouteInfo route = service_route(http::Method::post, std::move(path));
  route.body_bytes_max = sound_body_bytes_max;
  return route;
}

}  // namespace

http::Response refuse_as_whisper(const Fault& fault) {
  return refusal(fault, fmt::format(R"({{"error":{}}})", as_json(fault.message)));
}

void mount_transcription(http::Router& router, Stage& stage) {
  router.add(sound_route("/v1/audio/transcriptions"),
             [stage = &stage](Call, http::Request request) {
               return in_shape({stage, Api::openai_transcription, refuse_as_openai},
                               transcribe(stage, std::move(request)));
             });
  auto turns = std::make_shared<Turns>();
  router.add(sound_route("/inference"), [stage = &stage, turns](Call, http::Request request) {
    return in_shape({stage, Api::whisper_inference, refuse_as_whisper},
                    infer(stage, turns, std::move(request)));
  });
}

}  // namespace antiphon::standin
