#include "engine/http/retry_after.h"

#include <time.h>

#include <charconv>

namespace antiphon::http {
namespace {

std::optional<Timestamp> parse_date(const std::string& text) {
  std::tm date{};
  const char* end = ::strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &date);
  if (end == nullptr || *end != '\0') return std::nullopt;
  return Timestamp(std::chrono::seconds(::timegm(&date)));
}

}  // namespace

std::optional<Duration> parse_retry_after(std::string_view value, Timestamp now) {
  std::uint64_t seconds = 0;
  auto [end, failure] = std::from_chars(value.data(), value.data() + value.size(), seconds);
  if (failure == std::errc() && end == value.data() + value.size()) {
    return std::chrono::seconds(
        std::min(seconds, static_cast<std::uint64_t>(retry_wait_max.count())));
  }
  auto date = parse_date(std::string(value));
  if (!date) return std::nullopt;
  // In microseconds, of which a date of any century has no too many.
  return std::clamp<Timestamp::duration>(*date - now, Timestamp::duration::zero(), retry_wait_max);
}

}  // namespace antiphon::http
