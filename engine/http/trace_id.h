#pragma once

#include <string>
#include <string_view>

#include "engine/base/random.h"

namespace antiphon::http {

/// The trace id of a request: that of a valid `traceparent` (W3C Trace Context, 3.2), or a new one
/// of 32 hex digits.
std::string choose_trace_id(std::string_view traceparent, Random& random);

}  // namespace antiphon::http
