#pragma once

#include <optional>
#include <string_view>

#include "engine/base/clock.h"

namespace antiphon {

/// Leaves alone what fails again and again (E-32, E-95): after so many failures in a row it is open
/// for a time, then lets a single probe through, whose end decides. Plain state; time is passed in.
class Breaker {
 public:
  struct Limits {
    int failures = 5;  ///< in a row
    Duration open_time = std::chrono::seconds(60);
  };
  enum class State { closed, open, half_open };

  explicit Breaker(Limits limits) : limits_(limits) {}

  State state(Instant now) const;
  /// Whether a call may begin; half open: only while no probe is under way.
  bool may_begin(Instant now) const;

  /// A call that began. What it ends with is told once: a probe's end decides, while what began
  /// before the breaker opened changes nothing any more.
  struct Ticket {
    bool is_probe = false;
    unsigned round = 0;  ///< of how often it was opened
  };
  /// Only after may_begin().
  Ticket begin(Instant now);
  void succeeded(Ticket ticket, Instant now);
  void failed(Ticket ticket, Instant now);
  /// Whoever called has left before anything was known.
  void left(Ticket ticket);

  /// When it was closed again after having been open; for a slow return.
  std::optional<Instant> returned_at() const { return returned_at_; }
  /// When a probe may begin; the past while it is closed.
  Instant open_until() const { return open_until_; }

 private:
  void open(Instant now);

  Limits limits_;
  int failures_ = 0;
  unsigned round_ = 0;
  bool is_open_ = false;
  bool is_probed_ = false;
  Instant open_until_{};
  std::optional<Instant> returned_at_;
};

std::string_view to_text(Breaker::State state);

}  // namespace antiphon
