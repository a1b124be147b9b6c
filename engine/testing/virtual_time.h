#pragma once

#include "engine/async/core.h"
#include "engine/base/clock.h"

namespace antiphon::testing {

/// A clock that stands still until it is moved. Thread-safe to read.
class FakeClock final : public Clock {
 public:
  Timestamp now() const override { return start_ + std::chrono::microseconds(elapsed_us_.load()); }
  Instant steady() const override {
    return Instant(std::chrono::hours(1)) + std::chrono::microseconds(elapsed_us_.load());
  }
  bool moves_by_itself() const override { return false; }

  void advance(Duration by) {
    elapsed_us_ += std::chrono::duration_cast<std::chrono::microseconds>(by).count();
  }

 private:
  Timestamp start_ = parse_rfc3339("2026-03-01T08:00:00Z");
  std::atomic<std::int64_t> elapsed_us_{0};
};

/// One core whose time passes only when nothing else is left to do: hours run in moments and repeat
/// exactly (E-28).
class VirtualTime {
 public:
  FakeClock& clock() { return clock_; }
  Core& core() { return core_; }

  /// Runs everything that is ready, then jumps to the next wait, until none is left or `span` of
  /// virtual time has passed.
  void run_for(Duration span);

  /// Runs `task` to its end; ENSUREs that it does not wait for something that never comes.
  template <class T>
  T run(Task<T> task) {
    auto outcome = std::make_shared<Outcome<T>>();
    drive(settle(std::move(task), outcome));
    return outcome->take();
  }

 private:
  void drive(Task<> task);
  bool step(Instant limit);

  FakeClock clock_;
  Core core_{0, clock_};
};

}  // namespace antiphon::testing
