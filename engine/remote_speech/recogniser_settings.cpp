#include "engine/remote_speech/recogniser_settings.h"

#include "engine/http/client.h"
#include "engine/remote_speech/languages.h"

namespace antiphon::remote_speech {
namespace {

constexpr std::size_t openai_at_once = 8;

// An option, whether it is set, which kinds have it, and why others do not.
struct Option {
  std::string_view name;
  bool is_set;
  bool is_known;
  std::string_view why;
};

std::vector<Option> options_of(const RecogniserSettings& settings) {
  bool is_openai = settings.kind == RecogniserKind::openai;
  bool tells_compression = is_openai && settings.word_times && !settings.stream;
  return {{"model", !settings.model.empty(), is_openai,
           "it answers with the model it was started with"},
          {"temperature", settings.temperature.has_value(),
           settings.kind != RecogniserKind::whisper_asr, "its requests have no such field"},
          {"compressionThreshold", settings.compression_threshold.has_value(), tells_compression,
           "its answers do not tell how well a segment compresses (openai with wordTimes and "
           "without stream does)"},
          {"stream", settings.stream, is_openai, "it answers in one piece"}};
}

std::string_view name_of(RecogniserKind kind) {
  switch (kind) {
    case RecogniserKind::openai: return "openai";
    case RecogniserKind::whisper_cpp: return "whisperCpp";
    case RecogniserKind::whisper_asr: return "whisperAsr";
  }
  return "";
}

}  // namespace

std::size_t RecogniserSettings::at_once() const {
  if (concurrency > 0) return static_cast<std::size_t>(concurrency);
  return kind == RecogniserKind::openai ? openai_at_once : 1;
}

FieldError lacks(std::string_view at, std::string_view option, std::string_view kind,
                 std::string_view why) {
  return {fmt::format("{}/{}", at, option), "unsupported",
          fmt::format("A server of the kind {} has no {}: {}.", kind, option, why)};
}

void check_url(std::string_view url, std::string_view at, std::vector<FieldError>& faults) {
  try {
    http::ClientRequest request = http::request_to(http::Method::post, url);
    if (!request.target.contains('?')) return;
    faults.push_back({fmt::format("{}/url", at), "format",
                      "The URL has a query; write the address that paths are added to."});
  } catch (const Error& error) {
    faults.push_back({fmt::format("{}/url", at), "format", error.message()});
  }
}

std::vector<FieldError> find_faults(const RecogniserSettings& settings, std::string_view at) {
  std::vector<FieldError> faults;
  check_url(settings.url, at, faults);
  for (const Option& option : options_of(settings)) {
    if (option.is_set && !option.is_known) {
      faults.push_back(lacks(at, option.name, name_of(settings.kind), option.why));
    }
  }
  for (std::size_t i = 0; i < settings.languages.size(); ++i) {
    if (parse_language(settings.languages[i]) == settings.languages[i]) continue;
    faults.push_back({fmt::format("{}/languages/{}", at, i), "format",
                      fmt::format("\"{}\" is no primary language that Whisper knows; write codes "
                                  "as en, sv or ja.",
                                  settings.languages[i])});
  }
  return faults;
}

}  // namespace antiphon::remote_speech
