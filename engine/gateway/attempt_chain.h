#pragma once

#include "engine/gateway/counts.h"

namespace antiphon::gateway {

/// Where one question was tried and where it may be tried next: routes in the order of its groups,
/// each waited for its turn, all attempts together bounded (E-32, E-33). Belongs to one core.
class AttemptChain {
 public:
  struct Wish {
    std::vector<const Group*> plan;  ///< asked in this order
    bool embeds = false;
    Priority priority = Priority::live;
    std::string tenant;
    /// Whether a route has what the question asks for; empty: all have.
    std::function<bool(const Route&)> supports = nullptr;
  };
  struct Attempt {
    Route route;
    Place place;
  };

  /// @param fleet, random, counts  outlive it
  AttemptChain(const Fleet& fleet, Random& random, Counts& counts, Wish wish);

  /// The next attempt, which counts as one; waits for its turn, and before asking the same route
  /// again. A retry that would not be done by the deadline is not made.
  Task<std::expected<Attempt, GatewayFailure>> next(Instant deadline);
  void failed(Attempt& attempt, const model::ProviderFailure& failure);
  /// The newest attempt is not made after all, because nobody pays for it: nobody was asked.
  void not_made() { --attempts_; }

  /// One more beside the last, at another route and only without waiting; for hedging.
  std::optional<Attempt> beside(Instant deadline);

  int attempts() const { return attempts_; }
  /// Each attempt and how it ended, for the log.
  const std::string& detail() const { return detail_; }
  GatewayFailure failure(GatewayFailure::Reason reason, std::string message) const;

 private:
  struct Tried {
    Route route;
    bool may_again = false;
    Instant again_at{};
  };
  enum class Pass { healthy, ejected, again };

  const std::vector<Route>& routes_of(const Group& group) const;
  std::optional<Route> pick(Instant now, Instant deadline);
  std::optional<Route> pick_from(const Group& group, Pass pass, Instant now, Instant deadline);
  bool is_allowed(const Route& route, Pass pass, Instant now) const;
  bool may_finish(const Route& route, const RouteView& view, Instant now, Instant deadline) const;
  std::optional<Instant> when_again(Instant now, Instant deadline) const;
  const Tried* find(const Route& route) const;
  Attempt begin(const Route& route, Place place);
  void mark(Tried tried);
  void note(const Route& route, std::string_view what);
  GatewayFailure give_up(Instant now) const;
  GatewayFailure refuse_by(const model::ProviderFailure& failure) const;
  std::optional<Duration> ready_in(Instant now) const;

  const Fleet& fleet_;
  Random& random_;
  Counts& counts_;
  Wish wish_;
  int attempts_ = 0;
  std::vector<Tried> tried_;
  std::vector<std::string> too_small_;  // models whose window the question does not fit
  std::optional<model::ProviderFailure> last_;
  bool has_ended_ = false;  // a failure that no other attempt mends
  std::string detail_;
};

}  // namespace antiphon::gateway
