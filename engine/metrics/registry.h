#pragma once

#include <functional>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/clock.h"
#include "engine/metrics/metric.h"
#include "engine/metrics/tally.h"

namespace prometheus {
class Counter;
class Gauge;
class Histogram;
}  // namespace prometheus

namespace antiphon::metrics {

/// Values of a metric's labels, in the order of its declaration.
using LabelValues = std::span<const std::string_view>;

/// Series of one metric. A further set of label values is counted under "other".
inline constexpr std::size_t series_max = 256;
inline constexpr std::size_t label_bytes_max = 128;  ///< a longer value becomes "other"

/// A number that only grows. Handles are small, copied freely and valid as long as their registry;
/// what they do is thread-safe and does not look anything up.
class Counter {
 public:
  void add(double amount = 1) const;  ///< @param amount  below 0 counts nothing
  double value() const;

 private:
  friend class Registry;
  explicit Counter(prometheus::Counter& counter) : counter_(&counter) {}
  prometheus::Counter* counter_;
};

/// A number that goes up and down.
class Gauge {
 public:
  void set(double value) const;
  void add(double amount) const;
  double value() const;

 private:
  friend class Registry;
  explicit Gauge(prometheus::Gauge& gauge) : gauge_(&gauge) {}
  prometheus::Gauge* gauge_;
};

/// How values spread over buckets. Takes a lock for a few nanoseconds.
class Histogram {
 public:
  void observe(double value) const;
  void observe(Duration time) const;  ///< in seconds

 private:
  friend class Registry;
  explicit Histogram(prometheus::Histogram& histogram) : histogram_(&histogram) {}
  prometheus::Histogram* histogram_;
};

/// Upper bounds for the times of requests and stages, in seconds: 1 ms to 10 s.
std::span<const double> latency_bounds();

/// What a series is read from, as long as it lives. What a counter's source has counted stays.
class [[nodiscard]] Source {
 public:
  Source() = default;
  Source(Source&& other) noexcept = default;
  Source& operator=(Source&& other) noexcept = default;

 private:
  friend class Registry;
  explicit Source(std::shared_ptr<void> held) : held_(std::move(held)) {}
  std::shared_ptr<void> held_;
};

/// All metrics of the process. Handles are made at start and kept: making one takes a lock and a
/// look-up, and gives the same series for the same metric and values. Thread-safe.
///
/// Each function throws Error{Code::internal} for a fault of the program: a name or label that
/// Prometheus refuses, a label that names a person or tenant, a value that the label does not have,
/// a name used again with another declaration.
class Registry {
 public:
  Registry();
  ~Registry();
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;

  Counter counter(const MetricInfo& info, LabelValues values);
  Counter counter(const MetricInfo& info, std::initializer_list<std::string_view> values = {}) {
    return counter(info, LabelValues(values));
  }
  Gauge gauge(const MetricInfo& info, std::initializer_list<std::string_view> values = {});
  Histogram histogram(const MetricInfo& info, std::initializer_list<std::string_view> values = {});

  /// A counter or gauge that is asked for its value at each scrape, by whatever thread that runs
  /// on. Several sources of one series add up: one for each core. It goes before the registry.
  Source source(const MetricInfo& info, std::initializer_list<std::string_view> values,
                std::function<double()> read);
  /// The same for a tally, which outlives the source.
  Source source(const MetricInfo& info, std::initializer_list<std::string_view> values,
                const Tally& tally) {
    return source(info, values, [&tally] { return static_cast<double>(tally.value()); });
  }

  /// Everything in the Prometheus text format 0.0.4, ordered by name.
  std::string to_text() const;

 private:
  class Families;
  std::shared_ptr<Families> families_;
};

}  // namespace antiphon::metrics
