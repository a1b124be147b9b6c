#pragma once

#include "server/doctor/provider_check.h"

namespace antiphon::server::doctor {

/// The models that a provider tells of; nothing: it tells of none.
using ModelList = std::optional<std::vector<std::string>>;

/// Whether it is among them, perhaps by its tag: "llama3.2" is "llama3.2:latest".
bool is_listed(std::string_view model, const ModelList& list);

/// Asks one model of a provider for a token, streamed; deeply also for a whole answer, for one by a
/// schema, and for the call of a tool.
/// @param chat  of the provider; outlives the check
Task<Findings> check_chat(Asking asking, const model::ProviderSettings* provider,
                          model::ChatModel* chat, std::string name, ModelList list);

/// Asks for one vector.
/// @param provider  outlives the check
Task<Findings> check_embedding(Asking asking, const model::ProviderSettings* provider,
                               std::string name, ModelList list);

}  // namespace antiphon::server::doctor
