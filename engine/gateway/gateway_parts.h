#pragma once

#include "engine/gateway/fleet.h"
#include "engine/gateway/usage.h"
#include "engine/log/logger.h"
#include "engine/store/cache.h"

namespace antiphon::gateway {

/// How one core reaches an instance.
struct InstanceModels {
  std::string kind = "other";  ///< for accounts and metrics: openai, ollama, gemini, anthropic
  std::unique_ptr<model::ChatModel> chat = nullptr;     ///< null: it does not chat
  std::unique_ptr<model::Embedder> embedder = nullptr;  ///< null: it makes no vectors
};

/// What the gateway of one core stands on; all of it outlives the gateway. Fleet, budgets and usage
/// are shared by all cores.
struct GatewayParts {
  Fleet& fleet;
  Budgets& budgets;
  UsageLedger& usage;
  Random& random;
  store::Cache& cache;                      ///< of this core
  store::Cache* second_cache = nullptr;     ///< asked after it, perhaps shared with others
  metrics::Registry* metrics = nullptr;     ///< null: nothing is counted
  const log::Logger* log = nullptr;         ///< null: nothing is logged
  std::vector<InstanceModels> models = {};  ///< one for each of fleet.instances(), in their order
};

}  // namespace antiphon::gateway
