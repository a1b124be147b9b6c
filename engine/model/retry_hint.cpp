#include <charconv>

#include "engine/http/retry_after.h"
#include "engine/model/error_reply.h"

namespace antiphon::model {
namespace {

using Kind = ProviderFailure::Kind;

std::optional<Duration> wait_of(double count, double unit_seconds) {
  double seconds = count * unit_seconds;
  if (!(seconds >= 0)) return std::nullopt;
  double longest = static_cast<double>(http::retry_wait_max.count());
  return std::chrono::duration_cast<Duration>(
      std::chrono::duration<double>(std::min(seconds, longest)));
}

// A number and what follows it; nothing where no plain number begins.
std::optional<double> take_number(std::string_view& text) {
  bool is_plain = !text.empty() && text.front() >= '0' && text.front() <= '9';
  double number = 0;
  auto [end, failure] =
      std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (!is_plain || failure != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

std::optional<Duration> parse_count(std::string_view text, double unit_seconds) {
  auto number = take_number(text);
  return number && text.empty() ? wait_of(*number, unit_seconds) : std::nullopt;
}

std::optional<Duration> retry_after(std::string_view value, Timestamp now) {
  if (auto wait = http::parse_retry_after(value, now)) return wait;
  return parse_count(value, 1);  // some write 1.5
}

// Of requests and tokens, whichever is spent; where that is not told, the sooner one.
std::optional<Duration> limit_reset(const http::Headers& headers) {
  std::optional<Duration> spent, sooner;
  for (std::string_view of : {"requests", "tokens"}) {
    auto reset = parse_span(headers.get(fmt::format("x-ratelimit-reset-{}", of)));
    if (!reset) continue;
    bool is_spent = headers.get(fmt::format("x-ratelimit-remaining-{}", of)) == "0";
    if (is_spent) spent = std::max(*reset, spent.value_or(Duration::zero()));
    sooner = std::min(*reset, sooner.value_or(Duration::max()));
  }
  return spent ? spent : sooner;
}

// Quotas of a day begin anew at midnight in California. Counted without its summer time: in summer
// that is an hour more than it has to be.
Duration until_next_quota_day(Timestamp now) {
  constexpr auto offset = std::chrono::hours(8);
  auto local = now - offset;
  auto next_day = std::chrono::floor<std::chrono::days>(local) + std::chrono::days(1);
  return next_day - local;
}

}  // namespace

std::optional<Duration> parse_span(std::string_view text) {
  static constexpr std::pair<std::string_view, double> units[] = {
      {"ms", 0.001}, {"us", 1e-6}, {"ns", 1e-9}, {"s", 1}, {"m", 60}, {"h", 3600}};
  std::optional<Duration> total;
  while (!text.empty()) {
    auto number = take_number(text);
    if (!number) return std::nullopt;
    const auto* unit =
        std::ranges::find_if(units, [&](const auto& each) { return text.starts_with(each.first); });
    if (unit == std::end(units)) return std::nullopt;
    text.remove_prefix(unit->first.size());
    auto part = wait_of(*number, unit->second);
    if (!part) return std::nullopt;
    total = std::min<Duration>(total.value_or(Duration::zero()) + *part, http::retry_wait_max);
  }
  return total;
}

std::optional<Duration> retry_hint(const http::Headers& headers, const ErrorFacts& facts, Kind kind,
                                   Timestamp now) {
  bool may_wait = kind == Kind::rate_limited || kind == Kind::overloaded ||
                  kind == Kind::quota_exhausted || kind == Kind::transient;
  if (!may_wait) return std::nullopt;
  // The delay that is told for a quota of a day is the one of a minute's.
  if (facts.is_daily) return until_next_quota_day(now);
  for (std::string_view name : {"retry-after-ms", "x-ms-retry-after-ms"}) {
    if (auto wait = parse_count(headers.get(name), 0.001)) return wait;
  }
  if (auto wait = retry_after(headers.get("retry-after"), now)) return wait;
  if (facts.retry_delay) return facts.retry_delay;
  return kind == Kind::rate_limited ? limit_reset(headers) : std::nullopt;
}

}  // namespace antiphon::model
