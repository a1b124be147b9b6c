#include "engine/remote_speech/speech_request.h"

#include <algorithm>

#include "engine/base/encoding.h"
#include "engine/remote_speech/transcription_request.h"
#include "engine/schema/json.h"
#include "engine/speech/spoken_text.h"

namespace antiphon::remote_speech {
namespace {

bool begins_character(char byte) { return (static_cast<unsigned char>(byte) & 0xc0) != 0x80; }

std::size_t characters_of(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, begins_character));
}

// Bytes of the first `count` characters.
std::size_t bytes_of(std::string_view text, std::size_t count) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (begins_character(text[at]) && count-- == 0) return at;
  }
  return text.size();
}

// Where a sentence that is too long is best cut. A mark at its very beginning parts nothing.
std::size_t best_cut(std::string_view part) {
  for (std::string_view mark : {"、", "，", ", ", "; ", " "}) {
    std::size_t found = part.rfind(mark);
    if (found != std::string_view::npos && found > 0) return found + mark.size();
  }
  return part.size();
}

std::string trimmed(std::string_view text) {
  auto begin = text.find_first_not_of(' ');
  if (begin == std::string_view::npos) return {};
  return std::string(text.substr(begin, text.find_last_not_of(' ') + 1 - begin));
}

http::ClientRequest make_openai_request(const SynthesiserSettings& settings,
                                        const std::string& sentence, double speed) {
  using schema::Value;
  Value body;
  body.set("model", settings.model.empty() ? "gpt-4o-mini-tts" : settings.model);
  body.set("input", sentence);
  body.set("voice", settings.voice.empty() ? "alloy" : settings.voice);
  if (!settings.instructions.empty()) body.set("instructions", settings.instructions);
  body.set("response_format", settings.form == SpeechForm::wav ? "wav" : "pcm");
  if (settings.form == SpeechForm::events) body.set("stream_format", "sse");
  body.set("speed", speed);
  auto request = request_below(http::Method::post, settings.url, "/audio/speech", settings.api_key);
  request.headers.add("Content-Type", "application/json");
  request.body = schema::to_json(body);
  return request;
}

std::string_view style_bert_language(std::string_view language) {
  return language == "en" ? "EN" : language == "zh" ? "ZH" : "JP";
}

// All stands in the query. `reference_audio_path` is left alone: it reads files of the server.
http::ClientRequest make_style_bert_request(const SynthesiserSettings& settings,
                                            const std::string& sentence,
                                            const std::string& language, double speed) {
  std::string target =
      fmt::format("/voice?text={}&language={}&length={:.3f}&auto_split=false&encoding=utf-8",
                  to_percent(sentence), style_bert_language(language), 1 / speed);
  auto add = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) target += fmt::format("&{}={}", name, to_percent(value));
  };
  add("model_name", settings.model);
  add("speaker_name", settings.voice);
  add("style", settings.style);
  return request_below(http::Method::post, settings.url, target, "");
}

}  // namespace

std::vector<std::string> split_for_speech(std::string_view text, std::size_t characters_max) {
  std::vector<std::string> parts;
  for (const std::string& sentence : speech::split_spoken_text(text)) {
    std::string_view left = sentence;
    while (characters_max > 0 && characters_of(left) > characters_max) {
      std::size_t cut = best_cut(left.substr(0, bytes_of(left, characters_max)));
      if (std::string part = trimmed(left.substr(0, cut)); !part.empty()) parts.push_back(part);
      left.remove_prefix(cut);
    }
    if (std::string part = trimmed(left); !part.empty()) parts.push_back(part);
  }
  return parts;
}

http::ClientRequest make_speech_request(const SynthesiserSettings& settings,
                                        const std::string& sentence, const std::string& language,
                                        double speed) {
  return settings.kind == SynthesiserKind::openai
             ? make_openai_request(settings, sentence, speed)
             : make_style_bert_request(settings, sentence, language, speed);
}

}  // namespace antiphon::remote_speech
