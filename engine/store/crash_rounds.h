#pragma once

#include <cstdlib>

namespace antiphon::store::testing {

/// Rounds of each crash test: CRASH_ROUNDS from the environment (`make crash` says 300), or few.
inline int crash_rounds() {
  constexpr int few = 20;
  const char* given = std::getenv("CRASH_ROUNDS");
  return given ? std::atoi(given) : few;
}

}  // namespace antiphon::store::testing
