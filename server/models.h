#pragma once

#include <memory>

#include "engine/async/task_group.h"
#include "engine/async/tls.h"
#include "engine/gateway/home_gateway.h"
#include "engine/gateway/routed_gateway.h"
#include "engine/http/client.h"
#include "engine/store/sql_cache.h"
#include "server/config.h"

// The models of the settings: `providers` says where they are and how they speak, `gateway` which
// of them answers.

namespace antiphon::server {

/// What is wrong with the settings of models, each by its JSON pointer.
std::vector<FieldError> find_model_faults(const Settings& settings);

/// What all cores share. Thread-safe. Members go in the reverse order.
struct SharedModels {
  /// @param clock, metrics  outlive it
  /// @throws Error{Code::invalid} with everything that find_model_faults says
  SharedModels(const Settings& settings, const Clock& clock, metrics::Registry& metrics);

  bool are_there() const { return !fleet.instances().empty(); }

  gateway::Fleet fleet;
  gateway::Budgets budgets;
  gateway::UsageLedger usage;
  std::unique_ptr<TlsClient> tls;  ///< null: no provider is reached over https
};

/// Where answers are kept beside memory, one for the process; null where there are no models, or
/// `gateway.keepInDatabase` is off.
/// @param database, metrics  outlive it
std::unique_ptr<store::SqlCache> make_answer_cache(const Settings& settings,
                                                   store::Database& database,
                                                   metrics::Registry& metrics);

/// The gateway of one core, and the connections to its providers.
class CoreModels {
 public:
  struct Parts {
    const Settings& settings;
    SharedModels& shared;
    Network& network;
    Random& random;
    store::Cache& cache;
    store::SqlCache* second_cache = nullptr;
    metrics::Registry& metrics;
    const log::Logger& log;
    gateway::GatewayHomes* homes = nullptr;  ///< null: one core alone
  };
  /// @throws Error{Code::invalid} for a provider that cannot be asked
  explicit CoreModels(const Parts& parts);
  ~CoreModels();

  gateway::Gateway& gateway() { return home_ ? *home_ : static_cast<gateway::Gateway&>(*gateway_); }
  /// Warms, asks instances whether they are there, and writes what was used and what is kept, as
  /// tasks of `tasks`. On one core of the process.
  void keep(TaskGroup& tasks, store::Database& database);
  /// Ends what is under way. Before it goes.
  Task<> stop();

 private:
  SharedModels& shared_;
  store::SqlCache* second_cache_;
  http::NetworkHttpClient client_;
  std::unique_ptr<gateway::RoutedGateway> gateway_;
  std::unique_ptr<gateway::HomeGateway> home_;
};

}  // namespace antiphon::server
