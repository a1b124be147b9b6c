#pragma once

#include "engine/gateway/routed_gateway.h"
#include "engine/simulate/models.h"

namespace antiphon::simulate {

/// Sees what becomes of every question to the gateway, and tells the judge.
class WatchedGateway final : public gateway::Gateway {
 public:
  WatchedGateway(gateway::Gateway& inner, ModelChecker& checker)
      : inner_(inner), checker_(checker) {}

  Task<std::expected<std::unique_ptr<gateway::Answer>, gateway::GatewayFailure>> chat(
      gateway::ChatAsk ask, Call call) override;
  Task<std::expected<gateway::EmbeddingAnswer, gateway::GatewayFailure>> embed(
      gateway::EmbeddingAsk ask, Call call) override {
    return inner_.embed(std::move(ask), std::move(call));
  }
  std::vector<gateway::Target> targets() const override { return inner_.targets(); }

  /// Its process is killed: what still happens there is no matter.
  void die() { is_dead_ = true; }

 private:
  class Watched;

  gateway::Gateway& inner_;
  ModelChecker& checker_;
  bool is_dead_ = false;
};

/// The models of one process, put together as server/models.cpp does: the gateway and the protocols
/// of all four kinds, over the providers of the world. The cache outlives it.
class NodeModels {
 public:
  struct Parts {
    Providers& providers;
    ModelChecker& checker;
    const Clock& clock;
    Random& random;
    store::Cache& cache;
    bool is_poor = false;  ///< the budget is soon spent
  };
  explicit NodeModels(const Parts& parts);
  ~NodeModels();

  gateway::Gateway& gateway() { return watched_; }
  /// What was spent before, and the work in the background. @throws as Database::read
  Task<> start(store::Database& database, Instant deadline);
  /// Ends what is under way, and writes what was used.
  Task<> stop(store::Database& database, Instant deadline);
  void die();

  /// What a tenant has spent, and what it may spend at most.
  void inspect(Checker& checker, const std::string& tenant) const;
  std::size_t running() const { return routed_.running(); }

 private:
  gateway::Fleet fleet_;
  gateway::Budgets budgets_;
  gateway::UsageLedger usage_;
  ModelClient client_;
  gateway::RoutedGateway routed_;
  WatchedGateway watched_;
  TaskGroup watches_;
};

}  // namespace antiphon::simulate
