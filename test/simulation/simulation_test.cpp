#include "engine/simulate/simulation.h"

#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include "apps/director/director.h"

// E-28: whole conversations with the server's own code, its clock, sockets and storage replaced,
// faults by seed.

namespace antiphon::simulate {
namespace {

using namespace std::chrono_literals;

const Stage& stage() {
  static const Stage only{{&director::info()}};
  return only;
}

TEST(Simulation, holds_every_promise_over_two_hundred_seeds) {
  std::map<std::string, std::uint64_t> faults;
  std::map<std::string, std::uint64_t> answered;
  std::uint64_t turns = 0;
  std::uint64_t repairs = 0;
  simulate_seeds(stage(), 1, 200, 1min, 2, [&](const Result& result) {
    for (const auto& [name, count] : result.faults) faults[name] += count;
    for (const auto& [name, count] : result.answered) answered[name] += count;
    turns += result.turns;
    repairs += result.model_repairs;
    EXPECT_TRUE(result.violations.empty())
        << result.plan.text() << "\n"
        << fmt::format("{}\n{}", fmt::join(result.violations, "\n"), fmt::join(result.last, "\n"));
    return result.violations.empty();
  });
  // Every kind of fault was met, so that its absence elsewhere says something.
  for (const char* name : {"kill", "power cut", "restart", "cut", "silence", "stall", "full disk",
                           "slow storage", "storage away", "skill stalls", "flood", "job fails"}) {
    EXPECT_GT(faults[name], 0u) << name;
  }
  for (int fault = 1; fault <= static_cast<int>(ModelFault::no_json); ++fault) {
    std::string name(to_text(static_cast<ModelFault>(fault)));
    EXPECT_GT(faults[name], 0u) << name;
  }
  for (const char* name : {"model", "cache", "rules", "nobody", "cut"}) {
    EXPECT_GT(answered[name], 0u) << name;
  }
  EXPECT_GT(repairs, 0u);
  EXPECT_GT(turns, 1000u);
}

// Each was red once, in a world without models. What it found is in the comment.
TEST(Simulation, seeds_that_were_red_hold) {
  constexpr std::uint64_t seeds[] = {
      531, 2029, 2813,  // a resume while the disk was full gave up what the log had
  };
  for (std::uint64_t seed : seeds) {
    Plan plan = make_plan(seed, 6min);
    plan.models = false;
    Result result = simulate(stage(), plan);
    EXPECT_TRUE(result.violations.empty())
        << result.plan.text() << "\n"
        << fmt::format("{}\n{}", fmt::join(result.violations, "\n"), fmt::join(result.last, "\n"));
  }
}

TEST(Simulation, the_same_seed_gives_the_same_bytes) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Plan plan = make_plan(seed, 30s);
    Result once = simulate(stage(), plan);
    Result again = simulate(stage(), plan);
    EXPECT_EQ(once.hash, again.hash) << plan.text();
    EXPECT_EQ(once.steps, again.steps);
    EXPECT_GT(once.frames, 0u);
  }
}

}  // namespace
}  // namespace antiphon::simulate
