#pragma once

#include <sys/types.h>

#include <string>

#include "bench/load/socket.h"

namespace antiphon::bench {

/// Many readers of one live session, of whom some stop reading for a while.
struct ReadersOptions {
  Target target;
  std::size_t readers = 1000;
  std::size_t stalled = 100;
  double rate = 20;  ///< a final and a partial each, a second
  std::chrono::seconds before{20};
  std::chrono::seconds stall{60};
  pid_t server = 0;
};

/// One JSON object: latencies of the others before and during the stall, memory, what the stalled
/// ones were told, and whether every reader has every final in the end. Whoever is closed or cut
/// resumes at the last event that it has.
std::string read_with_stalls(const ReadersOptions& options);

}  // namespace antiphon::bench
