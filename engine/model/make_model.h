#pragma once

#include <memory>

#include "engine/http/client.h"
#include "engine/model/chat_model.h"
#include "engine/model/provider_settings.h"

namespace antiphon::model {

/// The provider of the settings. On one core; the client outlives it.
/// @throws Error{Code::invalid} for settings that cannot be used
std::unique_ptr<ChatModel> make_chat_model(const ProviderSettings& settings,
                                           http::HttpClient& client);

/// The same for vectors, of kind openai or ollama. @throws also for the other kinds
std::unique_ptr<Embedder> make_embedder(const ProviderSettings& settings, http::HttpClient& client);

}  // namespace antiphon::model
