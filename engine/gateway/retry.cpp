#include "engine/gateway/retry.h"

#include <algorithm>

namespace antiphon::gateway {
namespace {

using Kind = model::ProviderFailure::Kind;
using namespace std::chrono_literals;

constexpr Duration limited_time = 1s;     // without a hint
constexpr Duration limited_most = 10min;  // a hint beyond it is asked about again
constexpr Duration key_time = 5min;       // a key that is not good may be mended
constexpr Duration quota_time = 1h;       // without a hint when it is reset
constexpr Duration quota_most = 24h;

Duration hint_of(const model::ProviderFailure& failure, Duration otherwise, Duration most) {
  return std::clamp(failure.retry_after.value_or(otherwise), Duration::zero(), most);
}

}  // namespace

RetryRule rule_of(Kind kind) {
  constexpr RetryRule trouble{.again = true, .elsewhere = true, .counts = true};
  constexpr RetryRule elsewhere{.elsewhere = true};
  switch (kind) {
    case Kind::bad_request: return {};
    case Kind::refused: return {};
    case Kind::context_too_long: return {.elsewhere = true, .other_model = true};
    case Kind::auth: return elsewhere;
    case Kind::quota_exhausted: return elsewhere;
    case Kind::unsupported: return elsewhere;
    case Kind::rate_limited: return {.again = true, .elsewhere = true};
    case Kind::overloaded: return trouble;
    case Kind::transient: return trouble;
    case Kind::too_slow: return trouble;
    case Kind::empty: return trouble;
    case Kind::truncated: return trouble;
    case Kind::malformed: return trouble;
  }
  return {};
}

std::optional<Outage> outage_of(const model::ProviderFailure& failure) {
  switch (failure.kind) {
    case Kind::rate_limited: return Outage{hint_of(failure, limited_time, limited_most), false};
    case Kind::overloaded:
      if (!failure.retry_after) return std::nullopt;
      return Outage{hint_of(failure, limited_time, limited_most), false};
    case Kind::auth: return Outage{key_time, true};
    case Kind::quota_exhausted: return Outage{hint_of(failure, quota_time, quota_most), true};
    default: return std::nullopt;
  }
}

Duration back_off(int attempt, Random& random) {
  Duration limit = back_off_base;
  for (int i = 1; i < attempt && limit < back_off_most; ++i) limit *= 2;
  limit = std::min(limit, back_off_most);
  return std::chrono::duration_cast<Duration>(limit * random.unit());
}

void RetryBudget::on_first() { balance_ = std::min(balance_ + share_, balance_most); }

bool RetryBudget::take() {
  if (!may_take()) return false;
  balance_ -= 1;
  return true;
}

}  // namespace antiphon::gateway
