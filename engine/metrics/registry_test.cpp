#include "engine/metrics/registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <thread>

#include "engine/base/error.h"
#include "engine/metrics/handles.h"

namespace antiphon::metrics {
namespace {

using testing::HasSubstr;
using testing::Not;
using namespace std::chrono_literals;

constexpr MetricInfo sessions{
    .name = "antiphon_sessions", .kind = Kind::gauge, .help = "Live sessions now."};
constexpr MetricInfo requests{
    .name = "antiphon_requests_total",
    .help = "Requests served.",
    .labels = {{{.name = "route", .meaning = "a path"}, {.name = "status", .values = "200, 404"}}}};
constexpr MetricInfo plain{.name = "c_total", .help = "C."};
constexpr MetricInfo routed{
    .name = "r_total", .help = "R.", .labels = {{{.name = "route", .meaning = "a path"}}}};
constexpr double two_bounds[] = {0.1, 1};
constexpr MetricInfo seconds{
    .name = "t_seconds", .kind = Kind::histogram, .help = "Time.", .bounds = two_bounds};

TEST(Metrics, are_written_as_prometheus_reads_them) {  // E-90
  Registry registry;
  registry.gauge(sessions).set(3);
  Counter served = registry.counter(requests, {"/a\"\n", "200"});
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
  Histogram times = registry.histogram(seconds);
  times.observe(50ms);
  times.observe(0.5);
  times.observe(2s);
  std::string text = registry.to_text();
  EXPECT_THAT(text, HasSubstr("t_seconds_bucket{le=\"0.1\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("t_seconds_bucket{le=\"1\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("t_seconds_bucket{le=\"+Inf\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("t_seconds_sum 2.55\n"));
  EXPECT_THAT(text, HasSubstr("t_seconds_count 3\n"));
}

TEST(Metrics, same_name_and_labels_are_the_same_series) {
  Registry registry;
  registry.counter(requests, {"/a", "200"}).add();
  Counter again = registry.counter(requests, {"/a", "200"});
  again.add();
  EXPECT_EQ(again.value(), 2);
  EXPECT_EQ(registry.counter(requests, {"/a", "404"}).value(), 0);
}

TEST(Metrics, label_values_are_bounded) {  // E-90
  Registry registry;
  for (std::size_t i = 0; i < 10 * series_max; ++i) {
    registry.counter(routed, {fmt::format("/{}", i)}).add();
  }
  EXPECT_EQ(registry.counter(routed, {"other"}).value(), static_cast<double>(9 * series_max));
  EXPECT_EQ(registry.counter(routed, {"/0"}).value(), 1);
  Registry another;
  another.counter(routed, {std::string(label_bytes_max + 1, 'x')}).add();
  EXPECT_THAT(another.to_text(), HasSubstr("r_total{route=\"other\"} 1\n"));
}

TEST(Metrics, a_listed_label_has_no_other_value) {  // E-90
  Registry registry;
  EXPECT_NO_THROW(registry.counter(requests, {"/a", "404"}));
  for (const char* value : {"500", "40", "200, 404", "", ", "}) {
    EXPECT_THROW(registry.counter(requests, {"/a", value}), Error) << value;
  }
}

TEST(Metrics, nobody_is_a_label) {
  Registry registry;
  for (const char* label : {"tenant", "user_id", "session"}) {
    MetricInfo info{.name = "g",
                    .kind = Kind::gauge,
                    .help = "G.",
                    .labels = {{{.name = label, .meaning = "somebody"}}}};
    EXPECT_THROW(registry.gauge(info, {"x"}), Error) << label;
  }
  EXPECT_THAT(registry.to_text(), Not(HasSubstr("g")));
}

TEST(Metrics, faults_of_the_program_are_told_when_a_handle_is_made) {
  Registry registry;
  registry.counter(routed, {"1"});
  registry.histogram(seconds);
  auto with = [](MetricInfo info, auto change) {
    change(info);
    return info;
  };
  for (const char* name : {"", "a-b_total", "counts"}) {
    EXPECT_THROW(registry.counter(with(plain, [&](auto& info) { info.name = name; })), Error);
  }
  EXPECT_THROW(registry.gauge(with(sessions, [](auto& info) { info.name = "a_total"; })), Error);
  EXPECT_THROW(registry.gauge(plain), Error);
  EXPECT_THROW(registry.histogram(plain), Error);
  EXPECT_THROW(registry.counter(routed), Error);
  EXPECT_THROW(registry.counter(routed, {"1", "2"}), Error);
  auto labels = [&](LabelInfo first, LabelInfo second) {
    return with(plain, [&](auto& info) { info.labels = {first, second}; });
  };
  EXPECT_THROW(registry.counter(labels({"a b", "1"}, {}), {"1"}), Error);
  EXPECT_THROW(registry.counter(labels({"a", "1"}, {"a", "2"}), {"1", "2"}), Error);
  EXPECT_THROW(registry.counter(labels({"a"}, {}), {"1"}), Error);  // says nothing of its values
  // Declared once more, and not the same.
  EXPECT_THROW(registry.counter(with(routed, [](auto& info) { info.help = "Other."; }), {"1"}),
               Error);
  EXPECT_THROW(registry.counter(with(plain, [](auto& info) { info.name = routed.name; })), Error);
  auto bounded = [&](std::string_view name, std::span<const double> bounds) {
    return with(seconds, [&](auto& info) {
      info.name = name;
      info.bounds = bounds;
    });
  };
  constexpr double falling[] = {2, 1};
  constexpr double equal[] = {1, 1};
  constexpr double nothing[] = {std::numeric_limits<double>::quiet_NaN(), 1.0};
  EXPECT_THROW(registry.histogram(bounded(seconds.name, falling)), Error);
  EXPECT_THROW(registry.histogram(bounded("h", falling)), Error);
  EXPECT_THROW(registry.histogram(bounded("h", equal)), Error);
  EXPECT_THROW(registry.histogram(bounded("h", nothing)), Error);
  EXPECT_NO_THROW(registry.histogram(bounded("h", {})));
}

TEST(Metrics, are_read_from_what_each_core_counts) {  // E-90
  Registry registry;
  Tally counted[2];
  Tally open[2];
  std::vector<Source> sources;
  for (int core : {0, 1}) {
    sources.push_back(registry.source(plain, {}, counted[core]));
    sources.push_back(registry.source(sessions, {}, open[core]));
  }
  counted[0].add(2);
  counted[1].add();
  open[0].add(5);
  open[1].add(-2);
  EXPECT_THAT(registry.to_text(), HasSubstr("\nc_total 3\n"));
  EXPECT_THAT(registry.to_text(), HasSubstr("\nantiphon_sessions 3\n"));
  // A core that goes takes its sessions along, not what it has counted.
  sources.erase(sources.begin(), sources.begin() + 2);
  counted[0].add(100);
  counted[1].add();
  EXPECT_THAT(registry.to_text(), HasSubstr("\nc_total 4\n"));
  EXPECT_THAT(registry.to_text(), HasSubstr("\nantiphon_sessions -2\n"));
  sources.clear();
  EXPECT_THAT(registry.to_text(), HasSubstr("\nc_total 4\n"));
  EXPECT_THAT(registry.to_text(), HasSubstr("\nantiphon_sessions 0\n"));
  EXPECT_THROW(sources.push_back(registry.source(seconds, {}, [] { return 0.0; })), Error);
}

TEST(Metrics, handles_of_values_that_come_later_are_made_once) {
  Registry registry;
  Handles<Counter> counters(&registry, requests);
  for (int i = 0; i < 3; ++i) {
    counters.with({"/a", "200"}, [](const Counter& counter) { counter.add(); });
  }
  counters.with({"/a", "404"}, [](const Counter& counter) { counter.add(); });
  EXPECT_EQ(registry.counter(requests, {"/a", "200"}).value(), 3);
  EXPECT_EQ(registry.counter(requests, {"/a", "404"}).value(), 1);
  Handles<Counter> many(&registry, routed);
  for (std::size_t i = 0; i < 2 * series_max; ++i) {
    many.with({fmt::format("/{}", i)}, [](const Counter& counter) { counter.add(); });
  }
  EXPECT_EQ(registry.counter(routed, {"other"}).value(), static_cast<double>(series_max));
  Handles<Histogram> nowhere(nullptr, seconds);
  nowhere.with({}, [](const Histogram&) { FAIL(); });
}

TEST(Metrics, are_counted_and_read_by_many_threads) {
  Registry registry;
  Counter counter = registry.counter(plain);
  Gauge gauge = registry.gauge(sessions);
  constexpr MetricInfo by_core{.name = "h_seconds",
                               .kind = Kind::histogram,
                               .help = "H.",
                               .labels = {{{.name = "core", .meaning = "a core"}}}};
  constexpr MetricInfo tallied{.name = "tallied_total", .help = "T."};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&, i] {
        Tally mine;
        Source source = registry.source(tallied, {}, mine);
        Histogram times = registry.histogram(by_core, {fmt::format("{}", i)});
        for (int k = 0; k < 1'000; ++k) {
          counter.add();
          mine.add();
          gauge.add(k % 2 == 0 ? 1 : -1);
          times.observe(1ms);
          if (k % 100 == 0) EXPECT_FALSE(registry.to_text().empty());
        }
      });
    }
  }
  EXPECT_EQ(counter.value(), 4'000);
  EXPECT_EQ(gauge.value(), 0);
  EXPECT_THAT(registry.to_text(), HasSubstr("h_seconds_count{core=\"3\"} 1000\n"));
  EXPECT_THAT(registry.to_text(), HasSubstr("tallied_total 4000\n"));
}

}  // namespace
}  // namespace antiphon::metrics
