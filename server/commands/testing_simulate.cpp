// `antiphon testing simulate`: whole conversations in virtual time, with faults (E-28).

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "engine/simulate/failures.h"
#include "server/commands/command_line.h"

namespace antiphon::server {
namespace {

constexpr std::uint64_t worlds_per_line = 1000;  // of progress

struct Wanted {
  std::uint64_t seed = 1;
  std::uint64_t seeds = 1;
  double hours = 0.1;
  unsigned threads = 2;
  bool keeps_plan = false;
  bool stops_at_first = false;
};

Duration in_hours(double hours) {
  return std::chrono::duration_cast<Duration>(
      std::chrono::duration<double, std::ratio<3600>>(hours));
}

// What all worlds had together.
struct Sum {
  std::uint64_t hash = 0;
  std::uint64_t worlds = 0;
  std::uint64_t steps = 0;
  std::uint64_t frames = 0;
  std::uint64_t turns = 0;
  std::map<std::string, std::uint64_t> answered;
  std::uint64_t model_calls = 0;
  std::uint64_t model_repairs = 0;
  std::map<std::string, std::uint64_t> faults;
  std::chrono::steady_clock::time_point began = std::chrono::steady_clock::now();

  void add(const simulate::Result& result) {
    hash += result.hash;  // in whatever order they end
    ++worlds;
    steps += result.steps;
    frames += result.frames;
    turns += result.turns;
    model_calls += result.model_calls;
    model_repairs += result.model_repairs;
    for (const auto& [name, count] : result.answered) answered[name] += count;
    for (const auto& [name, count] : result.faults) faults[name] += count;
  }
  void print(double hours) const {
    fmt::print("hash    {:016x}\n", hash);
    fmt::print("talk    {:.1f} hours in {} worlds: {} turns, {} frames, {} steps\n",
               hours * static_cast<double>(worlds), worlds, turns, frames, steps);
    fmt::print("answers");
    for (const auto& [name, count] : answered) fmt::print(" {} {}", count, name);
    fmt::print("\nmodels  {} calls upstream, {} repairs\n", model_calls, model_repairs);
    auto took = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    fmt::print("time    {:.1f} s, {:.0f} turns a minute\n", took,
               static_cast<double>(turns) * 60 / took);
    fmt::print("faults ");
    for (const auto& [name, count] : faults) fmt::print(" {} {}", count, name);
    fmt::print("\n");
  }
};

void print_violation(const simulate::Result& result) {
  for (const std::string& line : result.last) fmt::print("  {}\n", line);
  fmt::print("violated at step {}:\n", result.steps);
  for (const std::string& line : result.violations) fmt::print("  {}\n", line);
  fmt::print("in the world of {}\n", result.plan.text());
}

void simulate_all(const Wanted& wanted, const std::vector<const app::AppInfo*>& apps) {
  simulate::Stage stage(apps);
  Sum sum;
  simulate::Failures failures(wanted.stops_at_first ? 1 : simulate::failed_seeds_max);
  simulate::simulate_seeds(stage, wanted.seed, wanted.seeds, in_hours(wanted.hours), wanted.threads,
                           [&](const simulate::Result& result) {
                             sum.add(result);
                             if (sum.worlds % worlds_per_line == 0) {
                               fmt::print(stderr, "{} of {} worlds\n", sum.worlds, wanted.seeds);
                             }
                             if (!result.violations.empty()) failures.add(result);
                             return !failures.is_enough();
                           });
  sum.print(wanted.hours);
  if (failures.seeds().empty()) return;
  fmt::print("{} of {} seeds break a promise: {}\n", failures.seeds().size(), sum.worlds,
             fmt::join(failures.seeds(), " "));
  const simulate::Result& first = failures.first();
  fmt::print("seed {}:\n", first.plan.seed);
  print_violation(wanted.keeps_plan ? first : simulate::shrink(stage, first));
  std::fflush(stdout);
  throw Error(Code::internal,
              fmt::format("Promises are broken; again with --seed {}.", first.plan.seed));
}

}  // namespace

void add_simulate(CLI::App& testing, const std::vector<const app::AppInfo*>& apps) {
  CLI::App* command =
      testing.add_subcommand("simulate", "Hours of talk in virtual time, with faults by seed");
  command->footer("Example: antiphon testing simulate --seed 7 --hours 1");
  auto wanted = std::make_shared<Wanted>();
  command->add_option("--seed", wanted->seed, "The first seed");
  command->add_option("--seeds", wanted->seeds, "How many; each is a world of its own");
  command->add_option("--hours", wanted->hours, "Of talk in each world")
      ->check(CLI::Range(0.001, 1000.0));
  command->add_option("--threads", wanted->threads, "Worlds at a time")->check(CLI::Range(1, 64));
  command->add_flag("--keep-plan", wanted->keeps_plan,
                    "Show a failing world as it is, without making it smaller");
  command->add_flag("--stop-at-first", wanted->stops_at_first,
                    fmt::format("End with the first seed that breaks a promise, not after {}",
                                simulate::failed_seeds_max));
  command->callback([wanted, apps] { simulate_all(*wanted, apps); });
}

}  // namespace antiphon::server
