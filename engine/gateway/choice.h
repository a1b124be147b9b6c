#pragma once

#include <span>
#include <vector>

#include "engine/base/random.h"
#include "engine/gateway/settings.h"

namespace antiphon::gateway {

/// What is known of one that may be asked, at one moment.
struct Candidate {
  std::size_t route = 0;  ///< its index in its group
  double weight = 1;      ///< of its settings, smaller while it returns from an outage
  std::size_t running = 0;
  std::size_t waiting = 0;
  std::size_t concurrency = 1;
  std::optional<Duration> first_token = {};  ///< moving averages
  std::optional<Duration> token = {};
};

/// The share of its weight that a route has after an outage: a tenth at first, all after
/// `return_time`, so that what just recovered is not thrown down again.
double weight_of_return(std::optional<Instant> returned_at, Instant now);
inline constexpr Duration return_time = std::chrono::seconds(30);
inline constexpr double return_share_least = 0.1;

/// What turns of a group remember: one number for each of its routes.
using Turns = std::vector<double>;

/// Chooses one (E-32). Pure but for `turns`, which round robin goes on with.
/// @param candidates  at least one
/// @return an index into candidates
std::size_t choose_candidate(Balance balance, std::span<const Candidate> candidates, Turns& turns,
                             Random& random);

/// When it is expected to have answered: the average times, longer by what is there already.
Duration expected_answer(const Candidate& candidate, Duration first_token_otherwise);

}  // namespace antiphon::gateway
