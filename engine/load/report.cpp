#include "engine/load/report.h"

#include <fmt/format.h>

#include <algorithm>

namespace antiphon::load {
namespace {

constexpr std::size_t failure_kinds_max = 32;
constexpr std::size_t example_bytes_max = 300;

Times times_of(const Latencies& latencies) {
  return {.p50_ms = latencies.quantile_ms(0.5),
          .p95_ms = latencies.quantile_ms(0.95),
          .p99_ms = latencies.quantile_ms(0.99),
          .max_ms = latencies.max_ms()};
}

/// Compares what came with what was allowed.
class Judge {
 public:
  explicit Judge(std::vector<std::string>& broken) : broken_(broken) {}

  void at_most(std::string_view what, double came, const std::optional<double>& allowed) {
    if (!allowed || came <= *allowed) return;
    broken_.push_back(fmt::format("{} is {:.1f} ms, allowed is {:g} ms", what, came, *allowed));
  }

  void check(const Report& report, const Thresholds& wanted) {
    // Else a server that is not there would be the fastest of all.
    auto has_failed = [](const StepReport& step) { return step.done == 0; };
    if (!report.steps.empty() && std::ranges::all_of(report.steps, has_failed)) {
      broken_.push_back("no step went well");
    }
    if (report.success < wanted.success_min) {
      broken_.push_back(fmt::format("success is {:.2f} %, wanted is {:g} %", report.success * 100,
                                    wanted.success_min * 100));
    }
    if (wanted.dropped_max && report.dropped > *wanted.dropped_max) {
      broken_.push_back(fmt::format("{} rounds were dropped, allowed are {}", report.dropped,
                                    *wanted.dropped_max));
    }
    at_most("p50", report.times.p50_ms, wanted.p50_ms_max);
    at_most("p95", report.times.p95_ms, wanted.p95_ms_max);
    at_most("p99", report.times.p99_ms, wanted.p99_ms_max);
  }

  // A step that never went well has no times to be good.
  void check(const Step& step, const std::vector<StepReport>& steps) {
    if (!step.p95_ms_max && !step.p99_ms_max) return;
    auto found = std::ranges::find(steps, step.name, &StepReport::name);
    if (found == steps.end() || found->done == 0) {
      broken_.push_back(fmt::format("\"{}\" never went well", step.name));
      return;
    }
    at_most(fmt::format("p95 of \"{}\"", step.name), found->times.p95_ms, step.p95_ms_max);
    at_most(fmt::format("p99 of \"{}\"", step.name), found->times.p99_ms, step.p99_ms_max);
  }

 private:
  std::vector<std::string>& broken_;
};

}  // namespace

void Tally::failed(const std::string& step, std::string kind, std::string said) {
  Counted& counted = steps_[step];
  auto& failures = counted.failures;
  if (failures.size() >= failure_kinds_max && !failures.contains(kind)) kind = "other";
  ++failures[kind];
  if (said == kind || said.empty()) return;
  said.resize(std::min(said.size(), example_bytes_max));
  counted.examples.try_emplace(std::move(kind), std::move(said));
}

Report Tally::report(const Scenario& scenario, std::int64_t users, Duration took) const {
  Report report{.scenario = scenario.name,
                .users = users,
                .seconds = std::chrono::duration<double>(took).count(),
                .rounds = rounds_,
                .dropped = dropped_};
  Latencies all;
  std::int64_t failed = 0;
  for (const auto& [name, counted] : steps_) {
    StepReport step{.name = name,
                    .done = counted.times.count(),
                    .times = times_of(counted.times),
                    .failures = counted.failures,
                    .examples = counted.examples};
    for (const auto& [kind, count] : counted.failures) step.failed += count;
    failed += step.failed;
    all.add(counted.times);
    report.steps.push_back(std::move(step));
  }
  std::int64_t asked = all.count() + failed;
  report.success = asked == 0 ? 0 : static_cast<double>(all.count()) / static_cast<double>(asked);
  report.times = times_of(all);
  Judge judge(report.broken);
  judge.check(report, scenario.thresholds);
  for (const Step& step : scenario.steps) judge.check(step, report.steps);
  return report;
}

std::string to_table(const Report& report) {
  std::size_t width = 5;
  for (const StepReport& step : report.steps) width = std::max(width, step.name.size());
  auto row = [&](const std::string& name, std::int64_t done, std::int64_t failed,
                 const Times& times) {
    return fmt::format("{:<{}} {:>8} {:>7} {:>9.1f} {:>9.1f} {:>9.1f} {:>9.1f}\n", name, width,
                       done, failed, times.p50_ms, times.p95_ms, times.p99_ms, times.max_ms);
  };
  std::string table = fmt::format(
      "{}: {} users, {:.1f} s, {} rounds, {} dropped, {:.2f} % went well\n\n"
      "{:<{}} {:>8} {:>7} {:>9} {:>9} {:>9} {:>9}\n",
      report.scenario, report.users, report.seconds, report.rounds, report.dropped,
      report.success * 100, "step", width, "done", "failed", "p50 ms", "p95 ms", "p99 ms",
      "max ms");
  std::int64_t done = 0;
  std::int64_t failed = 0;
  for (const StepReport& step : report.steps) {
    table += row(step.name, step.done, step.failed, step.times);
    done += step.done;
    failed += step.failed;
  }
  table += row("all", done, failed, report.times);
  for (const StepReport& step : report.steps) {
    for (const auto& [kind, count] : step.failures) {
      auto example = step.examples.find(kind);
      table += fmt::format("failed: {}: {} ({} times){}\n", step.name, kind, count,
                           example == step.examples.end() ? "" : ": " + example->second);
    }
  }
  return table;
}

}  // namespace antiphon::load
