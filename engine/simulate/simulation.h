#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "engine/simulate/faults.h"
#include "engine/simulate/node.h"

namespace antiphon::simulate {

/// What all simulations of a program share: its apps, and the disk that each begins with. Made
/// once; then only read, from any thread.
class Stage {
 public:
  explicit Stage(Apps apps);

  const Apps& apps() const { return apps_; }
  const SimulatedDisk& disk() const { return *disk_; }

 private:
  Apps apps_;
  std::shared_ptr<const SimulatedDisk> disk_;
};

/// What became of one world.
struct Result {
  Plan plan;
  std::uint64_t hash = 0;  ///< of all frames and answers with their times
  std::uint64_t steps = 0;
  std::uint64_t frames = 0;  ///< that clients received
  std::uint64_t turns = 0;   ///< of talk
  /// Turns by who answered: model, cache, rules; nobody (and it was told), cut (with its server).
  std::map<std::string, std::uint64_t> answered;
  std::uint64_t model_calls = 0;  ///< upstream
  std::uint64_t model_repairs = 0;
  std::map<std::string, std::uint64_t> faults;  ///< how often each was injected
  std::vector<std::string> violations;
  std::vector<std::string> last;  ///< what happened before a violation, oldest first
};

/// Runs one world from its beginning to its end, or to the first violation. The same plan gives
/// the same result.
Result simulate(const Stage& stage, const Plan& plan);

/// The smallest plan found by leaving things out that still breaks a promise.
/// @param failed  a result with violations
Result shrink(const Stage& stage, Result failed);

/// Runs the worlds of seeds [first, first + count) on so many threads.
/// @param tell  called with each result, in no order, one at a time; false ends it early
void simulate_seeds(const Stage& stage, std::uint64_t first, std::uint64_t count, Duration length,
                    unsigned threads, const std::function<bool(const Result&)>& tell);

}  // namespace antiphon::simulate
