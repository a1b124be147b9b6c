// POST /v1/audio/speech

#include "engine/async/child.h"
#include "engine/front/audio_routes.h"
#include "engine/front/front.h"
#include "engine/front/front_error.h"
#include "engine/front/spoken_body.h"

namespace antiphon::front {
namespace {

struct AskedSpeech {
  std::string model;
  std::string input;
  schema::Value voice;
  std::string language;
  std::string instructions;
  std::string response_format = "mp3";
  std::string stream_format = "audio";
  double speed = 1;
};
auto describe(schema::Tag<AskedSpeech>) {
  return schema::object<AskedSpeech>("Speech")
      .field("model", &AskedSpeech::model, "", schema::min_length(1))
      .field("input", &AskedSpeech::input, "", schema::min_length(1),
             schema::max_length(speech_characters_max))
      .field("voice", &AskedSpeech::voice, "")
      .field("language", &AskedSpeech::language, "", schema::defaulted)
      .field("instructions", &AskedSpeech::instructions, "", schema::defaulted)
      .field("response_format", &AskedSpeech::response_format, "", schema::defaulted)
      .field("stream_format", &AskedSpeech::stream_format, "", schema::defaulted,
             schema::one_of({"audio", "sse"}))
      .field("speed", &AskedSpeech::speed, "", schema::defaulted, schema::min(0.25),
             schema::max(4));
}

std::string name_of_voice(const schema::Value& voice) {
  const schema::Value* id = voice.is_object() ? voice.find("id") : &voice;
  if (!id || !id->is_text()) throw Error({{"/voice", "type", "This is the name of a voice."}});
  return id->text();
}

// Voices are those of languages: "sv" speaks Swedish. OpenAI's own names speak English.
std::string language_of(const AskedSpeech& asked) {
  if (!asked.language.empty()) return asked.language;
  std::string voice = name_of_voice(asked.voice);
  auto dash = std::min(voice.find('-'), voice.size());
  return dash == 2 ? voice : "en";
}

void check_speech(const AskedSpeech& asked) {
  if (!media_type_of(asked.response_format)) {
    throw Error({{"/response_format", "one_of",
                  fmt::format("\"{}\" is none of {}.", asked.response_format, speech_formats)}});
  }
  if (!asked.instructions.empty()) {
    refuse_field("/instructions", "A voice takes no instructions.");
  }
  if (asked.speed < speech::speaking_speed_min || asked.speed > speech::speaking_speed_max) {
    refuse_field("/speed", fmt::format("Voices speak at {} to {} times their own speed.",
                                       speech::speaking_speed_min, speech::speaking_speed_max));
  }
}

}  // namespace

Task<http::Response> AudioRoutes::speak(Call call, http::Request request) {
  auto asked =
      schema::parse<AskedSpeech>(co_await request.read_all(), schema::ParseOptions::outside());
  check_speech(asked);
  bool is_packed = asked.response_format != "wav" && asked.response_format != "pcm";
  if (is_packed && find_program(parts_.ffmpeg).empty()) {
    refuse_field("/response_format", "ffmpeg is not installed: ask for wav or pcm.");
  }
  std::string language = language_of(asked);
  auto speaking = std::make_shared<Speaking>();
  speaking->characters = asked.input.size();
  speaking->stream = co_await parts_.synthesiser.speak(
      {.text = std::move(asked.input), .language = std::move(language), .speed = asked.speed});
  auto first = co_await speaking->stream->next();
  if (!first) throw Error({{"/input", "content", "There is nothing in it that has a sound."}});
  speaking->first = *std::move(first);
  bool is_events = asked.stream_format == "sse";
  http::Response response;
  response.headers.set("Content-Type", is_events ? "text/event-stream; charset=utf-8"
                                                 : *media_type_of(asked.response_format));
  response.headers.set("Cache-Control", "no-store, no-transform");
  response.body =
      spoken_body(std::move(speaking),
                  {.name = asked.response_format, .is_event_stream = is_events}, parts_.ffmpeg);
  add_request_id(response, call.trace_id());
  co_return response;
}

}  // namespace antiphon::front
