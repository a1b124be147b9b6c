#pragma once

#include "engine/model/answer_pace.h"
#include "engine/model/chat_model.h"
#include "engine/model/protocol.h"
#include "engine/model/provider_link.h"

namespace antiphon::model {

/// A provider of any protocol, over HTTP. On one core; the client outlives it, and it outlives what
/// was asked through it until that has an answer.
class HttpChatModel final : public ChatModel {
 public:
  /// @throws Error{Code::invalid} for settings that cannot be used
  HttpChatModel(const ProviderSettings& settings, http::HttpClient& client);

  ModelCapabilities capabilities() const override { return protocol_->capabilities(); }
  Task<Provided<std::unique_ptr<ChatStream>>> open(ChatRequest request, Due due) override;
  Task<Provided<std::vector<std::string>>> models(Due due) override;

 private:
  std::unique_ptr<Protocol> protocol_;
  ProviderLink link_;
  PaceLimits pace_;
};

}  // namespace antiphon::model
