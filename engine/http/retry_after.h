#pragma once

#include <optional>
#include <string_view>

#include "engine/base/clock.h"

namespace antiphon::http {

/// A year: above it nobody means what the header says.
inline constexpr std::chrono::seconds retry_wait_max{366LL * 24 * 3600};

/// How long a Retry-After header asks to wait: seconds, or a date in the form that HTTP prefers
/// (RFC 9110, 10.2.3 and 5.6.7); a date that has passed is no wait. Nothing for anything else.
/// @param now  what a date is compared with
std::optional<Duration> parse_retry_after(std::string_view value, Timestamp now);

}  // namespace antiphon::http
