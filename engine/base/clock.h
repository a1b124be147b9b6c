#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace antiphon {

/// A point in civil time, UTC, as stored and shown: microseconds.
using Timestamp = std::chrono::sys_time<std::chrono::microseconds>;
/// A point on the clock that waits are measured by.
using Instant = std::chrono::steady_clock::time_point;
using Duration = std::chrono::steady_clock::duration;

/// Both clocks, so that a test can own time. Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Timestamp now() const = 0;   ///< for stamps; may jump
  virtual Instant steady() const = 0;  ///< for waits and durations; never goes back
  /// False where a test moves the clock, and fires the timers itself.
  virtual bool moves_by_itself() const { return true; }
};

/// The machine's clocks.
class SystemClock final : public Clock {
 public:
  Timestamp now() const override;
  Instant steady() const override;
};

/// RFC 3339 in UTC with milliseconds: "2026-03-01T08:15:30.250Z".
std::string to_rfc3339(Timestamp time);
/// Reads RFC 3339 with any offset; up to six decimals of a second count.
/// @throws Error{Code::invalid} saying what would be right
Timestamp parse_rfc3339(std::string_view text);

}  // namespace antiphon
