#pragma once

#include <array>
#include <bitset>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/clock.h"

namespace antiphon::store {

/// When something is due again and again, in UTC: no time zone, so no hour is missing or twice.
class ScheduleRule {
 public:
  /// Reads "every 30s", "every 15m", "every 6h", "every 1d" (1 s to 366 days; counted from 1970, so
  /// that a restart shifts nothing), or the five fields of crontab(5): minute, hour, day of month,
  /// month, day of week (0 to 7, Sunday is 0 and 7), each `*`, numbers, ranges `1-5`, lists
  /// `1,3`, steps `*/15` or `10-20/5`. When both days are restricted, either is enough.
  /// @throws Error{Code::invalid} saying which part is wrong
  explicit ScheduleRule(std::string_view text);

  /// The first time after `time` that the rule names.
  Timestamp next_after(Timestamp time) const;

 private:
  void read_every(std::string_view text);
  void read_fields(std::string_view text);
  bool has_day(std::chrono::sys_days day) const;
  std::optional<Timestamp> next_within(std::chrono::sys_days day, Timestamp after) const;

  std::chrono::seconds every_{0};  // 0: the fields say
  std::bitset<60> minutes_;
  std::bitset<24> hours_;
  std::bitset<32> days_;
  std::bitset<13> months_;
  std::bitset<8> weekdays_;
  bool all_days_ = false;
  bool all_weekdays_ = false;
};

}  // namespace antiphon::store
