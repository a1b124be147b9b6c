// Text to sound: OpenAI's /v1/audio/speech and Style-Bert-VITS2's /voice.

#include "engine/base/encoding.h"
#include "engine/base/error.h"
#include "engine/standin/answer.h"
#include "engine/standin/chat_routes.h"
#include "engine/standin/sound.h"

namespace antiphon::standin {
namespace {

constexpr int openai_rate_hz = 24'000;
constexpr int style_bert_rate_hz = 44'100;
constexpr std::size_t openai_characters_max = 4096;
constexpr std::size_t style_bert_characters_max = 100;
constexpr std::size_t piece_bytes = 9600;  // 200 ms
constexpr std::uint32_t unknown_length = 0xFFFFFFFF;

struct SpeechQuestion {
  std::string model;
  std::string text;
  std::string format = "mp3";
  double speed = 1;
  bool is_event_stream = false;
};

SpeechQuestion read_speech(const schema::Value& body) {
  SpeechQuestion question{.model = text_member(body, "model"), .text = text_member(body, "input")};
  member(body, "voice");
  if (const auto* format = body.find("response_format")) question.format = format->text();
  if (const auto* speed = body.find("speed")) question.speed = speed->number();
  if (const auto* stream = body.find("stream_format")) {
    question.is_event_stream = stream->text() == "sse";
  }
  if (count_characters(question.text) > openai_characters_max || question.text.empty()) {
    throw Error(Code::invalid, "'input' has 1 to 4096 characters.");
  }
  if (question.speed < 0.25 || question.speed > 4) {
    throw Error(Code::invalid, "'speed' is 0.25 to 4.");
  }
  if (question.format != "wav" && question.format != "pcm") {
    throw Error(Code::invalid, "Of the formats there are wav and pcm here.");
  }
  return question;
}

std::vector<std::string> pieces_of(std::string_view sound, const Behaviour& behaviour) {
  std::size_t bytes = piece_bytes;
  if (behaviour.chunks) {
    auto count = static_cast<std::size_t>(*behaviour.chunks);
    bytes = (sound.size() / 2 + count - 1) / count * 2;
  }
  std::vector<std::string> pieces;
  for (std::size_t at = 0; at < sound.size(); at += std::max<std::size_t>(bytes, 2)) {
    pieces.emplace_back(sound.substr(at, bytes));
  }
  return pieces;
}

std::string sound_event(std::string_view rest) {
  return fmt::format("data: {{\"type\":\"speech.audio.{}}}\n\n", rest);
}

Programme stream_sound(const SpeechQuestion& question, const Behaviour& behaviour) {
  std::string sound =
      behaviour.empty ? "" : make_tones(question.text, openai_rate_hz, question.speed);
  std::string head = question.format == "wav" ? make_wav_head(openai_rate_hz, unknown_length) : "";
  Programme programme{.content_type = question.format == "wav" ? "audio/wav" : "audio/pcm",
                      .begin = head};
  if (question.is_event_stream) {
    programme = {.content_type = "text/event-stream",
                 .fault = R"(data: {"type":"error","error":{"message":"The script says so."}})"
                          "\n\n",
                 .garbage = "data: {\"type\": oh no\n\n"};
  }
  bool is_first = true;
  for (std::string& piece : pieces_of(sound, behaviour)) {
    if (question.is_event_stream) {
      std::string bytes = (std::exchange(is_first, false) ? head : "") + piece;
      piece = sound_event(fmt::format(R"(delta","audio":"{}")", to_base64(bytes)));
    }
    programme.pieces.push_back({std::move(piece), 1});
  }
  if (question.is_event_stream && !behaviour.no_finish) {
    auto tokens = count_tokens(question.text);
    programme.end = sound_event(fmt::format(
        R"(done","usage":{{"input_tokens":{},"output_tokens":{},"total_tokens":{}}})", tokens,
        programme.pieces.size(), programme.pieces.size() + static_cast<std::size_t>(tokens)));
  }
  return programme;
}

Task<http::Response> speak(Stage* stage, http::Request request) {
  std::string body = co_await request.read_all();
  SpeechQuestion question = read_speech(schema::parse_value(body));
  auto cue = co_await stage->enter({.occasion = {.api = Api::openai_speech,
                                                 .model = question.model,
                                                 .text = question.text,
                                                 .is_streamed = true},
                                    .key = bearer_key(request),
                                    .body = std::move(body),
                                    .refuse = refuse_as_openai});
  if (!cue) co_return std::move(cue.error());
  cue->entry->asked(count_tokens(question.text));
  Programme programme = stream_sound(question, cue->behaviour);
  co_return perform(*std::move(cue), std::move(programme));
}

// Everything stands in the query, also of a POST.
SpeechQuestion read_voice(const http::Request& request) {
  SpeechQuestion question;
  std::string language = "JP";
  for (const auto& [name, value] : http::parse_query(request.query)) {
    if (name == "text") question.text = value;
    if (name == "model_name") question.model = value;
    if (name == "language") language = value;
  }
  check_role(language, {"JP", "EN", "ZH"});
  return question;
}

std::string too_long_json(const std::string& text) {
  bool is_empty = text.empty();
  return fmt::format(
      R"({{"detail":[{{"type":"{}","msg":"{}","input":{},"loc":["query","text"]}}]}})",
      is_empty ? "missing" : "invalid_params",
      is_empty ? "Field required"
               : fmt::format("Text is too long, at most {} characters", style_bert_characters_max),
      as_json(text));
}

Task<http::Response> voice(Stage* stage, http::Request request) {
  SpeechQuestion question = read_voice(request);
  auto cue = co_await stage->enter(
      {.occasion = {.api = Api::style_bert_voice, .model = question.model, .text = question.text},
       .refuse = refuse_as_style_bert,
       .is_open = true});
  if (!cue) co_return std::move(cue.error());
  std::size_t characters = count_characters(question.text);
  if (characters == 0 || characters > style_bert_characters_max) {
    cue->entry->end(End::refused, 422);
    co_return http::json_text(too_long_json(question.text), 422);
  }
  cue->entry->asked(count_tokens(question.text));
  std::string sound = cue->behaviour.empty ? "" : make_tones(question.text, style_bert_rate_hz, 1);
  std::string file =
      make_wav_head(style_bert_rate_hz, static_cast<std::uint32_t>(sound.size())) + sound;
  co_return perform_whole(*std::move(cue), std::move(file), "audio/wav", 1);
}

}  // namespace

http::Response refuse_as_style_bert(const Fault& fault) {
  return refusal(fault, fmt::format(R"({{"detail":{}}})", as_json(fault.message)));
}

void mount_speech(http::Router& router, Stage& stage) {
  router.add(service_route(http::Method::post, "/v1/audio/speech"),
             [stage = &stage](Call, http::Request request) {
               return in_shape({stage, Api::openai_speech, refuse_as_openai},
                               speak(stage, std::move(request)));
             });
  for (http::Method method : {http::Method::get, http::Method::post}) {
    router.add(service_route(method, "/voice"), [stage = &stage](Call, http::Request request) {
      return in_shape({stage, Api::style_bert_voice, refuse_as_style_bert},
                      voice(stage, std::move(request)));
    });
  }
}

}  // namespace antiphon::standin
