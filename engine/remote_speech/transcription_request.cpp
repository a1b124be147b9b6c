#include "engine/remote_speech/transcription_request.h"

#include "engine/base/encoding.h"
#include "engine/remote_speech/form.h"
#include "engine/speech/wav_header.h"

namespace antiphon::remote_speech {
namespace {

using Texts = std::vector<std::pair<std::string, std::string>>;

struct Route {
  std::string target;
  std::string file_field = "file";
};

Route route_of(const RecogniserSettings& settings, const std::string& language) {
  switch (settings.kind) {
    case RecogniserKind::openai: return {.target = "/audio/transcriptions"};
    case RecogniserKind::whisper_cpp: return {.target = "/inference"};
    case RecogniserKind::whisper_asr: break;
  }
  // Its options stand in the query, also of a POST.
  std::string target =
      fmt::format("/asr?task=transcribe&language={}&output=json&encode=true{}",
                  to_percent(language), settings.word_times ? "&word_timestamps=true" : "");
  if (!settings.prompt.empty()) target += "&initial_prompt=" + to_percent(settings.prompt);
  return {.target = std::move(target), .file_field = "audio_file"};
}

Texts openai_texts(const RecogniserSettings& settings) {
  Texts texts = {{"model", settings.model.empty() ? "whisper-1" : settings.model}};
  bool is_verbose = settings.word_times && !settings.stream;
  texts.emplace_back("response_format", is_verbose ? "verbose_json" : "json");
  if (settings.stream) texts.emplace_back("stream", "true");
  if (!is_verbose) return texts;
  // Some servers know the one name of the list, some the other.
  for (const char* name : {"timestamp_granularities[]", "timestamp_granularities"}) {
    texts.emplace_back(name, "word");
    texts.emplace_back(name, "segment");
  }
  return texts;
}

Texts texts_of(const RecogniserSettings& settings, const std::string& language) {
  if (settings.kind == RecogniserKind::whisper_asr) return {};
  Texts texts = settings.kind == RecogniserKind::openai
                    ? openai_texts(settings)
                    : Texts{{"response_format", "verbose_json"}};
  texts.emplace_back("language", language);
  if (settings.temperature) {
    texts.emplace_back("temperature", fmt::format("{}", *settings.temperature));
  }
  if (!settings.prompt.empty()) texts.emplace_back("prompt", settings.prompt);
  return texts;
}

}  // namespace

std::string make_wav(std::span<const Sample> sound) {
  auto bytes = std::as_bytes(sound);
  std::string wav =
      speech::make_wav_header(sample_rate_hz, static_cast<std::uint32_t>(bytes.size()));
  wav.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return wav;
}

http::ClientRequest request_below(http::Method method, std::string_view url, std::string_view path,
                                  std::string_view api_key) {
  while (url.ends_with('/')) url.remove_suffix(1);
  http::ClientRequest request = http::request_to(method, fmt::format("{}{}", url, path));
  if (!api_key.empty()) request.headers.add("Authorization", fmt::format("Bearer {}", api_key));
  return request;
}

http::ClientRequest make_transcription_request(const RecogniserSettings& settings,
                                               std::span<const Sample> sound,
                                               const std::string& language) {
  Route route = route_of(settings, language);
  auto request = request_below(http::Method::post, settings.url, route.target, settings.api_key);
  Form form = make_form(texts_of(settings, language), {.name = route.file_field,
                                                       .file_name = "utterance.wav",
                                                       .content_type = "audio/wav",
                                                       .content = make_wav(sound)});
  request.headers.add("Content-Type", form.content_type);
  request.headers.add("Accept",
                      settings.stream ? "text/event-stream, application/json" : "application/json");
  request.body = std::move(form.body);
  return request;
}

http::ClientRequest make_health_request(const RecogniserSettings& settings) {
  std::string_view path = settings.kind == RecogniserKind::whisper_cpp ? "/health"
                          : settings.kind == RecogniserKind::openai    ? "/models"
                                                                       : "/";
  return request_below(http::Method::get, settings.url, path, settings.api_key);
}

}  // namespace antiphon::remote_speech
