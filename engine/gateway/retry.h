#pragma once

#include <optional>

#include "engine/base/random.h"
#include "engine/model/provider_failure.h"

// What follows from a failure, as the one normalised rule for all providers says. All pure.

namespace antiphon::gateway {

/// What may be done after a failure of this kind.
struct RetryRule {
  bool again = false;        ///< the same route may be asked again, after a wait
  bool elsewhere = false;    ///< another one may be asked at once
  bool other_model = false;  ///< which must be another model
  bool counts = false;       ///< for the breaker: it says that the route is not well
};
RetryRule rule_of(model::ProviderFailure::Kind kind);

/// For how long a failure puts a route, or its whole instance, out, apart from the breaker.
struct Outage {
  Duration time{};
  bool is_whole_instance = false;  ///< the key is not good, for whichever model
};
std::optional<Outage> outage_of(const model::ProviderFailure& failure);

inline constexpr Duration back_off_base = std::chrono::milliseconds(250);
inline constexpr Duration back_off_most = std::chrono::seconds(5);
/// Wait before attempt `attempt` (1: the first further one): full jitter, that is uniform between
/// nothing and a limit that doubles. Source: Brooker, Exponential Backoff and Jitter, 2015.
Duration back_off(int attempt, Random& random);

/// Further attempts at one provider: each first one earns a share of another, so that retries
/// cannot multiply what a provider in trouble has to bear.
class RetryBudget {
 public:
  /// @param share  of a further attempt that a first one earns
  explicit RetryBudget(double share) : share_(share) {}

  void on_first();
  bool may_take() const { return balance_ >= 1; }
  /// Whether there was one.
  bool take();

  static constexpr double balance_most = 10;  ///< what is saved up, and what there is at start

 private:
  double share_;
  double balance_ = balance_most;
};

}  // namespace antiphon::gateway
