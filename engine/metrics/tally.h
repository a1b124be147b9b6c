#pragma once

#include <atomic>
#include <cstdint>

namespace antiphon::metrics {

/// A number that one thread changes and any thread reads: for what a core counts where it is hot.
/// A change costs what a plain one costs; a Registry's source reads it at each scrape.
class Tally {
 public:
  void add(std::int64_t amount = 1) { set(value() + amount); }
  void set(std::int64_t value) { value_.store(value, std::memory_order_relaxed); }
  std::int64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::int64_t> value_ = 0;
};

}  // namespace antiphon::metrics
