#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/clock.h"

namespace prometheus {
class Counter;
class Gauge;
class Histogram;
}  // namespace prometheus

namespace antiphon::metrics {

/// Name and value; the value comes from a closed set (a route, a stage, an outcome), never from a
/// caller.
using Labels = std::vector<std::pair<std::string, std::string>>;

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

/// All metrics of the process. Handles are made at start and kept: making one takes a lock and a
/// look-up, and gives the same series for the same name and labels. Thread-safe.
///
/// Each function throws Error{Code::internal} for a fault of the program: a name or label that
/// Prometheus refuses, a label that names a person or tenant, a name used again with another kind,
/// help, label names or bounds.
class Registry {
 public:
  Registry();
  ~Registry();
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;

  /// @param name  with its unit, and for counters `_total` at the end: "antiphon_http_bytes_total"
  /// @param help  one sentence
  Counter counter(std::string_view name, std::string_view help, const Labels& labels = {});
  Gauge gauge(std::string_view name, std::string_view help, const Labels& labels = {});
  /// @param bounds  upper bounds of the buckets, growing
  Histogram histogram(std::string_view name, std::string_view help, const Labels& labels = {},
                      std::span<const double> bounds = latency_bounds());

  /// Everything in the Prometheus text format 0.0.4, ordered by name.
  std::string to_text() const;

 private:
  class Families;
  std::unique_ptr<Families> families_;
};

}  // namespace antiphon::metrics
