#pragma once

#include <functional>
#include <map>

#include "engine/async/waiter.h"
#include "engine/base/clock.h"

namespace antiphon {

/// The waits of one core, ordered by when they end. It does not know what time is: the core tells
/// it, from the machine's clock or from a test's.
class Timers {
 public:
  /// Called when the earliest wait changes, so that the core can arm itself.
  explicit Timers(std::function<void()> on_earlier) : on_earlier_(std::move(on_earlier)) {}

  /// Sleeps until `when`. Throws operation_aborted when the waiting task is cancelled.
  Task<> until(Instant when);

  /// Runs `action` at `when` on this core, unless the handle is dropped before.
  class Alarm;
  [[nodiscard]] Alarm at(Instant when, std::function<void()> action);

  /// When the next wait ends; nothing when none is left.
  std::optional<Instant> next() const;
  /// Ends every wait that is due at `now`.
  void fire(Instant now);

 private:
  using Entries = std::multimap<Instant, std::function<void()>>;
  Entries::iterator add(Instant when, std::function<void()> action);

  Entries entries_;
  std::function<void()> on_earlier_;
};

/// A pending action; dropping it takes the action back.
class Timers::Alarm {
 public:
  Alarm() = default;
  Alarm(Timers* timers, Entries::iterator entry, std::shared_ptr<bool> pending);
  Alarm(Alarm&& other) noexcept;
  Alarm& operator=(Alarm&& other) noexcept;
  ~Alarm();

 private:
  void cancel();

  Timers* timers_ = nullptr;
  Entries::iterator entry_;
  std::shared_ptr<bool> pending_;
};

}  // namespace antiphon
