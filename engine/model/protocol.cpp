#include "engine/model/protocol.h"

#include "engine/base/error.h"

namespace antiphon::model {

std::unique_ptr<Protocol> make_protocol(const ProviderSettings& settings) {
  if (settings.kind == "openai") return make_openai_protocol(openai_dialect(settings));
  if (settings.kind == "ollama") return make_ollama_protocol(settings.keep_alive);
  if (settings.kind == "gemini") return make_gemini_protocol();
  if (settings.kind == "anthropic") return make_anthropic_protocol();
  throw Error(Code::invalid,
              fmt::format("The kind of {} is openai, ollama, gemini or anthropic.", settings.name));
}

}  // namespace antiphon::model
