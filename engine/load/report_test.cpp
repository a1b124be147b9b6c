// E-104: percentiles, and thresholds that do not hold.
#include "engine/load/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "engine/schema/json.h"

namespace antiphon::load {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Latencies, quantiles_are_right_to_one_per_cent) {
  std::mt19937 random(1);
  std::lognormal_distribution<double> spread(3, 2);
  Latencies latencies;
  std::vector<double> all;
  for (int i = 0; i < 20'000; ++i) {
    all.push_back(spread(random));
    latencies.add(std::chrono::duration_cast<Duration>(
        std::chrono::duration<double, std::milli>(all.back())));
  }
  std::ranges::sort(all);
  for (double quantile : {0.01, 0.5, 0.9, 0.95, 0.99, 0.999}) {
    double right = all[static_cast<std::size_t>(std::ceil(quantile * 20'000)) - 1];
    EXPECT_NEAR(latencies.quantile_ms(quantile) / right, 1.005, 0.006) << quantile;
  }
  EXPECT_NEAR(latencies.quantile_ms(1), all.back(), 1e-3);
  EXPECT_EQ(Latencies().quantile_ms(0.5), 0);
}

Scenario scenario_with(Thresholds thresholds, std::optional<double> step_p95 = {}) {
  return {.name = "x",
          .thresholds = thresholds,
          .steps = {{.action = Action::request, .name = "ask", .p95_ms_max = step_p95}}};
}

TEST(Report, says_which_thresholds_do_not_hold) {
  Tally tally;
  for (int i = 0; i < 198; ++i) tally.done("ask", 10ms);
  tally.failed("ask", "answered 503", "The server is restarting.");
  tally.failed("ask", "answered 503", "Another.");
  tally.dropped(2);
  EXPECT_THAT(tally.report(scenario_with({.success_min = 0.99, .p95_ms_max = 11}), 1, 1s).broken,
              ElementsAre());
  Thresholds strict{.success_min = 0.999, .p50_ms_max = 5, .p99_ms_max = 5, .dropped_max = 1};
  Report report = tally.report(scenario_with(strict, 9), 1, 1s);
  EXPECT_THAT(
      report.broken,
      ElementsAre("success is 99.00 %, wanted is 99.9 %", "2 rounds were dropped, allowed are 1",
                  HasSubstr("p50 is"), HasSubstr("p99 is"), HasSubstr("p95 of \"ask\" is")));
  EXPECT_EQ(report.steps.at(0).failures.at("answered 503"), 2);
  EXPECT_THAT(to_table(report),
              HasSubstr("failed: ask: answered 503 (2 times): The server is restarting.\n"));
}

TEST(Report, a_step_that_never_went_well_keeps_no_threshold) {
  Tally tally;
  EXPECT_THAT(tally.report(scenario_with({.success_min = 0.5}, 9), 1, 1s).broken,
              ElementsAre(HasSubstr("success is 0.00 %"), "\"ask\" never went well"));
}

TEST(Report, in_which_nothing_went_well_is_broken) {
  Tally tally;
  tally.failed("ask", "unavailable", "127.0.0.1:9: Connection refused");
  Thresholds easy{.p95_ms_max = 1000};
  EXPECT_THAT(tally.report(scenario_with(easy), 1, 1s).broken, ElementsAre("no step went well"));
  tally.done("ask", 10ms);
  EXPECT_THAT(tally.report(scenario_with(easy), 1, 1s).broken, ElementsAre());
}

TEST(Report, is_a_table_for_people_and_json_for_programs) {
  Tally tally;
  tally.done("ask", 10ms);
  tally.failed("ask", "timeout", "timeout");
  Report report = tally.report(scenario_with({}), 3, 2s);
  EXPECT_THAT(to_table(report),
              HasSubstr("x: 3 users, 2.0 s, 0 rounds, 0 dropped, 50.00 % went well"));
  EXPECT_THAT(to_table(report), HasSubstr("failed: ask: timeout (1 times)"));
  auto json = schema::parse_value(schema::to_json(report));
  EXPECT_EQ(json.at("/steps/0/failures/timeout").integer(), 1);
  EXPECT_NEAR(json.at("/times/p99Ms").number(), 10, 0.1);
}

TEST(Tally, counts_a_bounded_number_of_kinds) {
  Tally tally;
  for (int i = 0; i < 100; ++i) tally.failed("ask", "kind " + std::to_string(i), "");
  Report report = tally.report(scenario_with({}), 1, 1s);
  EXPECT_EQ(report.steps[0].failures.size(), 33u);
  EXPECT_EQ(report.steps[0].failures.at("other"), 68);
}

}  // namespace
}  // namespace antiphon::load
