#include "engine/base/clock.h"

#include <fmt/format.h>

#include "engine/base/error.h"

namespace antiphon {
namespace {

constexpr std::string_view expected_form =
    "A time is written as RFC 3339, for example 2026-03-01T08:15:30.250Z.";

// Reads the digits of text[begin, begin + count) as a number, or -1.
int digits(std::string_view text, std::size_t begin, std::size_t count) {
  if (begin + count > text.size()) return -1;
  int value = 0;
  for (std::size_t i = begin; i < begin + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

[[noreturn]] void refuse(std::string_view text) {
  throw Error(Code::invalid,
              fmt::format("\"{}\" is not a time. {}", text.substr(0, 40), expected_form));
}

// Microseconds of ".250" at `position`, which moves behind the decimals.
std::chrono::microseconds parse_fraction(std::string_view text, std::size_t& position) {
  if (position >= text.size() || text[position] != '.') return {};
  std::int64_t micros = 0;
  int seen = 0;
  for (++position; position < text.size() && text[position] >= '0' && text[position] <= '9';
       ++position, ++seen) {
    if (seen < 6) micros = micros * 10 + (text[position] - '0');
  }
  if (seen == 0) refuse(text);
  for (int i = seen; i < 6; ++i) micros *= 10;
  return std::chrono::microseconds(micros);
}

std::chrono::minutes parse_offset(std::string_view text, std::size_t position) {
  if (position + 1 == text.size() && (text[position] == 'Z' || text[position] == 'z')) return {};
  if (position + 6 != text.size() || text[position + 3] != ':') refuse(text);
  int hours = digits(text, position + 1, 2);
  int minutes = digits(text, position + 4, 2);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) refuse(text);
  auto offset = std::chrono::minutes(hours * 60 + minutes);
  if (text[position] == '-') return -offset;
  if (text[position] != '+') refuse(text);
  return offset;
}

}  // namespace

Timestamp SystemClock::now() const {
  return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

Instant SystemClock::steady() const { return std::chrono::steady_clock::now(); }

std::string to_rfc3339(Timestamp time) {
  auto day = std::chrono::floor<std::chrono::days>(time);
  std::chrono::year_month_day date(day);
  std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::milliseconds>(time) - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                     clock.subseconds().count());
}

Timestamp parse_rfc3339(std::string_view text) {
  if (text.size() < 20 || text[4] != '-' || text[7] != '-' || (text[10] | 0x20) != 't' ||
      text[13] != ':' || text[16] != ':') {
    refuse(text);
  }
  std::chrono::year_month_day date(std::chrono::year(digits(text, 0, 4)),
                                   std::chrono::month(unsigned(digits(text, 5, 2))),
                                   std::chrono::day(unsigned(digits(text, 8, 2))));
  int hour = digits(text, 11, 2);
  int minute = digits(text, 14, 2);
  int second = digits(text, 17, 2);
  if (digits(text, 0, 4) < 0 || !date.ok() || hour < 0 || hour > 23 || minute < 0 || minute > 59 ||
      second < 0 || second > 60) {
    refuse(text);
  }
  std::size_t position = 19;
  auto fraction = parse_fraction(text, position);
  if (position >= text.size()) refuse(text);
  auto offset = parse_offset(text, position);
  return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second) + fraction - offset;
}

}  // namespace antiphon
