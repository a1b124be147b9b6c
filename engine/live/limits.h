#pragma once

#include <chrono>
#include <cstddef>

#include "engine/live/event_log.h"
#include "engine/live/inputs.h"
#include "engine/live/tail.h"

namespace antiphon::live {

/// Every limit of this room, by name.
struct Limits {
  std::size_t sessions_per_core_max = 20'000;
  std::size_t sessions_per_tenant_max = 10'000;
  std::size_t connections_per_principal_max = 50;
  std::size_t connections_per_tenant_max = 20'000;

  std::size_t message_bytes_max = std::size_t{1} << 20;  ///< of one WebSocket message
  std::chrono::milliseconds hello_timeout{10'000};
  std::chrono::milliseconds ping_interval{
      20'000};  ///< a silent peer is pinged, and dropped after two
  std::chrono::milliseconds idle_timeout{3'600'000};  ///< without a message or sound of the client
  std::chrono::milliseconds stall_timeout{15'000};    ///< one write that does not end
  /// Undroppable bytes by which a reader may fall behind where it once was.
  std::size_t lag_bytes_max = std::size_t{512} << 10;
  std::chrono::milliseconds close_timeout{5'000};  ///< for the peer's close frame

  Tail::Limits tail = {};
  Inputs::Limits inputs = {};
  LogLimits log = {};
};

}  // namespace antiphon::live
