#pragma once

#include "engine/base/clock.h"

namespace antiphon::app {

/// For one part of the server to say that it is there; a part that takes longer is down.
inline constexpr Duration check_time_max = std::chrono::seconds(2);
/// For the token of a socket's first frame to be looked up.
inline constexpr Duration authenticate_time_max = std::chrono::seconds(5);

}  // namespace antiphon::app
