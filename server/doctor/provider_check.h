#pragma once

#include "engine/http/client.h"
#include "engine/model/chat_model.h"
#include "engine/model/provider_settings.h"
#include "server/doctor/reach.h"

namespace antiphon::server::doctor {

/// A provider, and the models that the settings ask of it.
struct ProviderCase {
  const model::ProviderSettings& settings;
  std::vector<std::string> models;
  std::vector<std::string> embedding_models;
};

/// What checks ask providers by. All of it outlives them.
struct Asking {
  Outside outside;
  http::HttpClient& client;  ///< over the same network
  bool is_deep = false;      ///< also what costs more than a token
};

/// Looks at one provider: whether it is reached and takes the key, whether it has the models, what
/// one token of each takes, and how long a vector is. Ends early where the way or the key is not
/// good. Each step takes at most Outside::time_max.
Task<Findings> check_provider(Asking asking, ProviderCase provider);

/// What to do about a failure of a provider.
std::string advice_for(const model::ProviderFailure& failure,
                       const model::ProviderSettings& provider);

}  // namespace antiphon::server::doctor
