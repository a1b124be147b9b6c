#pragma once

#include <array>
#include <functional>
#include <set>

#include "engine/async/waiter.h"
#include "engine/base/clock.h"

namespace antiphon {

/// The waits of one core, which end in the order of their time. It does not know what time is: the
/// core tells it, from the machine's clock or from a test's.
///
/// A hierarchical timing wheel (Varghese and Lauck, 1987, scheme 7): adding and taking back cost
/// the same however many wait. Only the waits of the running tick, about a millisecond, are kept in
/// order, so that each ends at its own instant and not at a tick's.
class Timers {
 public:
  /// @param on_earlier  called when the earliest wait became an earlier one, so that the core can
  ///                    arm itself
  explicit Timers(std::function<void()> on_earlier);
  ~Timers();

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
  using Tick = std::uint64_t;
  static constexpr int tick_bits = 20;  ///< of nanoseconds: a tick lasts 1.05 ms
  static constexpr int level_bits = 6;  ///< a slot of one level is a round of the level below
  static constexpr int levels = 8;      ///< 48 bits of ticks: beyond what an Instant can hold
  static constexpr std::size_t slots = std::size_t{1} << level_bits;

  struct Entry;
  struct InOrder {
    bool operator()(const Entry* a, const Entry* b) const;
  };
  struct Level {
    std::uint64_t used = 0;  ///< a bit for each slot that holds something
    std::array<Entry*, slots> first{};
  };

  static Tick tick_of(Instant when);
  void insert(Entry& entry);
  void remove(Entry& entry);
  void unlink(Entry& entry);
  void advance(Tick target);
  const Level* earliest_level() const;
  Instant find_next() const;

  Tick tick_ = 0;                      ///< everything up to it is in near_
  std::set<Entry*, InOrder> near_;     ///< by time, then in the order of adding
  std::array<Level, levels> wheel_{};  ///< by the highest digit in which a wait differs from tick_
  std::size_t size_ = 0;
  std::uint64_t added_ = 0;
  mutable std::optional<Instant> next_;  ///< what next() gives; nothing: it has to be looked for
  std::function<void()> on_earlier_;
};

/// A pending action; dropping it takes the action back.
class Timers::Alarm {
 public:
  Alarm();
  explicit Alarm(std::unique_ptr<Entry> entry);
  Alarm(Alarm&& other) noexcept;
  Alarm& operator=(Alarm&& other) noexcept;
  ~Alarm();

 private:
  std::unique_ptr<Entry> entry_;
};

}  // namespace antiphon
