#include "engine/model/provider_settings.h"

#include "engine/http/client.h"

namespace antiphon::model {
namespace {

struct UsualPlace {
  std::string_view kind;
  std::string_view origin;
  std::string_view path;  // of the version that is spoken here
};

constexpr UsualPlace usual_places[] = {
    {"openai", "https://api.openai.com", "/v1"},
    {"ollama", "http://127.0.0.1:11434", ""},
    {"gemini", "https://generativelanguage.googleapis.com", "/v1beta"},
    {"anthropic", "https://api.anthropic.com", "/v1"},
};

const UsualPlace& usual_place(const ProviderSettings& settings) {
  const auto* found = std::ranges::find(usual_places, settings.kind, &UsualPlace::kind);
  if (found != std::end(usual_places)) return *found;
  throw Error(Code::invalid,
              fmt::format("The kind of {} is openai, ollama, gemini or anthropic.", settings.name));
}

}  // namespace

std::string base_url(const ProviderSettings& settings) {
  const UsualPlace& usual = usual_place(settings);
  std::string url = settings.url.empty() ? std::string(usual.origin) : settings.url;
  auto request = http::request_to(http::Method::get, url);
  if (request.target.contains('?')) {
    throw Error(Code::invalid, fmt::format("The URL of {} ends with its path.", settings.name));
  }
  while (url.ends_with('/')) url.pop_back();
  if (request.target == "/") url += usual.path;
  return url;
}

OpenAiDialect openai_dialect(const ProviderSettings& settings) {
  using enum OpenAiDialect;
  if (settings.dialect == "openai") return openai;
  if (settings.dialect == "vllm") return vllm;
  if (settings.dialect == "llamacpp") return llamacpp;
  if (settings.dialect == "lmstudio") return lmstudio;
  return base_url(settings).starts_with("https://api.openai.com/") ? openai : common;
}

}  // namespace antiphon::model
