#include "engine/metrics/registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <thread>

#include "engine/base/error.h"

namespace antiphon::metrics {
namespace {

using testing::HasSubstr;
using testing::Not;
using namespace std::chrono_literals;

TEST(Metrics, are_written_as_prometheus_reads_them) {  // E-90
  Registry registry;
  registry.gauge("antiphon_sessions", "Live sessions now.").set(3);
  Counter served = registry.counter("antiphon_requests_total", "Requests served.",
                                    {{"route", "/a\"\n"}, {"status", "200"}});
  served.add();
  served.add(2);
  served.add(-5);  // a counter does not fall
  EXPECT_EQ(registry.to_text(),
            "# HELP antiphon_requests_total Requests served.\n"
            "# TYPE antiphon_requests_total counter\n"
            "antiphon_requests_total{route=\"/a\\\"\\n\",status=\"200\"} 3\n"
            "# HELP antiphon_sessions Live sessions now.\n"
            "# TYPE antiphon_sessions gauge\n"
            "antiphon_sessions 3\n");
}

TEST(Metrics, histograms_count_into_buckets) {
  Registry registry;
  Histogram seconds = registry.histogram("t_seconds", "Time.", {}, std::vector<double>{0.1, 1});
  seconds.observe(50ms);
  seconds.observe(0.5);
  seconds.observe(2s);
  std::string text = registry.to_text();
  EXPECT_THAT(text, HasSubstr("t_seconds_bucket{le=\"0.1\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("t_seconds_bucket{le=\"1\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("t_seconds_bucket{le=\"+Inf\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("t_seconds_sum 2.55\n"));
  EXPECT_THAT(text, HasSubstr("t_seconds_count 3\n"));
}

TEST(Metrics, same_name_and_labels_are_the_same_series) {
  Registry registry;
  registry.counter("c_total", "C.", {{"a", "1"}, {"b", "2"}}).add();
  Counter again = registry.counter("c_total", "C.", {{"b", "2"}, {"a", "1"}});
  again.add();
  EXPECT_EQ(again.value(), 2);
  EXPECT_EQ(registry.counter("c_total", "C.", {{"a", "1"}, {"b", "3"}}).value(), 0);
}

TEST(Metrics, label_values_are_bounded) {  // E-90
  Registry registry;
  for (std::size_t i = 0; i < 10 * series_max; ++i) {
    registry.counter("c_total", "C.", {{"route", fmt::format("/{}", i)}}).add();
  }
  EXPECT_EQ(registry.counter("c_total", "C.", {{"route", "other"}}).value(),
            static_cast<double>(9 * series_max));
  EXPECT_EQ(registry.counter("c_total", "C.", {{"route", "/0"}}).value(), 1);
  registry.gauge("g", "G.", {{"name", std::string(label_bytes_max + 1, 'x')}}).set(1);
  EXPECT_THAT(registry.to_text(), HasSubstr("g{name=\"other\"} 1\n"));
}

TEST(Metrics, nobody_is_a_label) {
  Registry registry;
  for (const char* label : {"tenant", "user_id", "session"}) {
    EXPECT_THROW(registry.gauge("g", "G.", {{label, "x"}}), Error) << label;
  }
  EXPECT_THAT(registry.to_text(), Not(HasSubstr("g")));
}

TEST(Metrics, faults_of_the_program_are_told_when_a_handle_is_made) {
  Registry registry;
  registry.counter("c_total", "C.", {{"a", "1"}});
  registry.histogram("h", "H.", {}, std::vector<double>{1, 2});
  EXPECT_THROW(registry.counter("", "C."), Error);
  EXPECT_THROW(registry.counter("a-b", "C."), Error);
  EXPECT_THROW(registry.counter("d_total", "C.", {{"a b", "1"}}), Error);
  EXPECT_THROW(registry.counter("d_total", "C.", {{"a", "1"}, {"a", "2"}}), Error);
  EXPECT_THROW(registry.gauge("c_total", "C.", {{"a", "1"}}), Error);
  EXPECT_THROW(registry.counter("c_total", "Other.", {{"a", "1"}}), Error);
  EXPECT_THROW(registry.counter("c_total", "C.", {{"b", "1"}}), Error);
  EXPECT_THROW(registry.histogram("h", "H.", {}, std::vector<double>{1, 3}), Error);
  EXPECT_THROW(registry.histogram("i", "I.", {}, std::vector<double>{2, 1}), Error);
  EXPECT_THROW(registry.histogram("i", "I.", {}, std::vector<double>{1, 1}), Error);
  EXPECT_THROW(registry.histogram("i", "I.", {}, std::vector<double>{}), Error);
  EXPECT_THROW(
      registry.histogram("i", "I.", {}, std::vector{std::numeric_limits<double>::quiet_NaN(), 1.0}),
      Error);
}

TEST(Metrics, are_counted_and_read_by_many_threads) {
  Registry registry;
  Counter counter = registry.counter("c_total", "C.");
  Gauge gauge = registry.gauge("g", "G.");
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&, i] {
        Histogram mine = registry.histogram("h_seconds", "H.", {{"core", fmt::format("{}", i)}});
        for (int k = 0; k < 1'000; ++k) {
          counter.add();
          gauge.add(k % 2 == 0 ? 1 : -1);
          mine.observe(1ms);
          if (k % 100 == 0) EXPECT_FALSE(registry.to_text().empty());
        }
      });
    }
  }
  EXPECT_EQ(counter.value(), 4'000);
  EXPECT_EQ(gauge.value(), 0);
  EXPECT_THAT(registry.to_text(), HasSubstr("h_seconds_count{core=\"3\"} 1000\n"));
}

}  // namespace
}  // namespace antiphon::metrics
