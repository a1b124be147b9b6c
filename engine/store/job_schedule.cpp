#include "engine/store/job_schedule.h"

#include <charconv>
#include <vector>

#include "engine/base/error.h"
#include "engine/store/limits.h"

namespace antiphon::store {
namespace {

using namespace std::chrono;

// February 29 comes back within eight years (1896 to 1904, 2096 to 2104).
constexpr days days_ahead_max = days(366 * 8 + 1);

[[noreturn]] void refuse(std::string_view part, std::string_view why) {
  throw Error(Code::invalid,
              fmt::format("\"{}\" in a schedule {}. Right are \"every 15m\" (s, m, h, d) and five "
                          "fields as in crontab: \"30 4 * * 1-5\".",
                          part, why));
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    std::size_t end = std::min(text.find(separator, begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

unsigned read_number(std::string_view text, unsigned least, unsigned most) {
  unsigned number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < least || number > most) {
    refuse(text, fmt::format("is no number from {} to {}", least, most));
  }
  return number;
}

// One item of a field: `*`, a number or a range, with a step or without.
template <std::size_t size>
void read_item(std::string_view item, unsigned least, std::bitset<size>& field) {
  constexpr unsigned most = size - 1;
  std::size_t slash = item.find('/');
  std::string_view range = item.substr(0, slash);
  unsigned first = least;
  unsigned last = most;
  unsigned step = 1;
  if (range != "*") {
    std::size_t dash = range.find('-');
    first = read_number(range.substr(0, dash), least, most);
    bool is_one = dash == std::string_view::npos;
    if (is_one && slash != std::string_view::npos) refuse(item, "has a step without a range");
    last = is_one ? first : read_number(range.substr(dash + 1), least, most);
    if (last < first) refuse(item, "ends before it begins");
  }
  if (slash != std::string_view::npos) step = read_number(item.substr(slash + 1), 1, most);
  for (unsigned value = first; value <= last; value += step) field.set(value);
}

template <std::size_t size>
void read_field(std::string_view text, unsigned least, std::bitset<size>& field) {
  for (std::string_view item : split(text, ',')) read_item(item, least, field);
}

}  // namespace

ScheduleRule::ScheduleRule(std::string_view text) {
  constexpr std::string_view every = "every ";
  if (text.size() > schedule_rule_bytes_max)
    refuse(text.substr(0, 20), "begins a text that is too long");
  if (text.starts_with(every)) {
    read_every(text.substr(every.size()));
  } else {
    read_fields(text);
  }
}

void ScheduleRule::read_every(std::string_view text) {
  if (text.empty()) refuse(text, "is no duration");
  seconds unit{0};
  switch (text.back()) {
    case 's': unit = seconds(1); break;
    case 'm': unit = minutes(1); break;
    case 'h': unit = hours(1); break;
    case 'd': unit = days(1); break;
    default: refuse(text, "is no duration");
  }
  auto most = static_cast<unsigned>(seconds(schedule_every_max) / unit);
  every_ = read_number(text.substr(0, text.size() - 1), 1, most) * unit;
}

void ScheduleRule::read_fields(std::string_view text) {
  auto fields = split(text, ' ');
  if (fields.size() != 5) refuse(text, "has not five fields with one space between them");
  read_field(fields[0], 0, minutes_);
  read_field(fields[1], 0, hours_);
  read_field(fields[2], 1, days_);
  read_field(fields[3], 1, months_);
  read_field(fields[4], 0, weekdays_);
  if (weekdays_[7]) weekdays_.set(0);
  all_days_ = fields[2] == "*";
  all_weekdays_ = fields[4] == "*";
  if (next_after(Timestamp()) == Timestamp::max()) {
    refuse(text, "names a day that never comes");
  }
}

bool ScheduleRule::has_day(sys_days day) const {
  year_month_day date(day);
  if (!months_[static_cast<unsigned>(date.month())]) return false;
  bool by_date = days_[static_cast<unsigned>(date.day())];
  bool by_weekday = weekdays_[weekday(day).c_encoding()];
  if (all_days_ || all_weekdays_) return by_date && by_weekday;
  return by_date || by_weekday;
}

std::optional<Timestamp> ScheduleRule::next_within(sys_days day, Timestamp after) const {
  if (!has_day(day)) return std::nullopt;
  for (unsigned hour = 0; hour < hours_.size(); ++hour) {
    if (!hours_[hour]) continue;
    for (unsigned minute = 0; minute < minutes_.size(); ++minute) {
      Timestamp time = day + hours(hour) + minutes(minute);
      if (minutes_[minute] && time > after) return time;
    }
  }
  return std::nullopt;
}

Timestamp ScheduleRule::next_after(Timestamp time) const {
  if (every_ > seconds(0)) {
    auto passed = floor<seconds>(time.time_since_epoch()) / every_;
    return Timestamp((passed + 1) * every_);
  }
  sys_days first = floor<days>(time);
  for (sys_days day = first; day <= first + days_ahead_max; day += days(1)) {
    if (auto found = next_within(day, time)) return *found;
  }
  return Timestamp::max();
}

}  // namespace antiphon::store
