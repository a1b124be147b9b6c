#pragma once

#include "engine/async/network.h"
#include "engine/base/random.h"
#include "engine/load/report.h"

namespace antiphon::load {

/// Whom the users visit.
struct Target {
  Endpoint endpoint;
  std::string token;  ///< of the account they come with, or that gives them guests' tokens
};

/// What is still under way when the last round has begun gets so long to end.
inline constexpr Duration end_time_max = std::chrono::seconds(30);

/// Plays the scenario on the current core. A step's time counts from when it was meant to begin: a
/// round's first from the round's turn, what follows `think` from the end of that time, any other
/// from the end of the step before. So what waits because the server is slow counts as slow.
/// @throws Error when the sound of a step cannot be decoded
Task<Report> run_scenario(Scenario scenario, Network& network, Random& random, Target target);

}  // namespace antiphon::load
