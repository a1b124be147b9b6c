#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/http/headers.h"
#include "engine/model/answer_reader.h"
#include "engine/model/chat_model.h"
#include "engine/model/provider_settings.h"

namespace antiphon::model {

/// One page of a provider's list of models.
struct ModelsPage {
  std::vector<std::string> names;
  std::string next;  ///< names the page after it; "": this is the last
};

/// How a provider speaks: what to send, and how to read what comes. Pure.
class Protocol {
 public:
  virtual ~Protocol() = default;

  virtual ModelCapabilities capabilities() const = 0;
  /// Names who asks.
  virtual http::Headers credentials(const std::string& api_key) const = 0;

  /// Path and query, below the URL of the provider.
  virtual std::string chat_path(const ChatRequest& request) const = 0;
  /// @throws BadQuestion; Error{Code::internal} for texts that are not UTF-8
  virtual std::string chat_body(const ChatRequest& request) const = 0;
  virtual std::unique_ptr<AnswerWire> chat_wire(const ChatRequest& request) const = 0;
  /// How it streams; answers in one piece are the same for all.
  virtual AnswerReader::Framing stream_framing() const { return AnswerReader::Framing::events; }

  /// @param page  as ModelsPage::next; "" for the first
  virtual std::string models_path(std::string_view page) const = 0;
  /// Nothing for a body that is no such list.
  virtual std::optional<ModelsPage> read_models(std::string_view body) const = 0;
};

std::unique_ptr<Protocol> make_openai_protocol(OpenAiDialect dialect);
std::unique_ptr<Protocol> make_ollama_protocol(std::string keep_alive);
std::unique_ptr<Protocol> make_gemini_protocol();
std::unique_ptr<Protocol> make_anthropic_protocol();
/// Of the kind and dialect of the settings.
std::unique_ptr<Protocol> make_protocol(const ProviderSettings& settings);

}  // namespace antiphon::model
