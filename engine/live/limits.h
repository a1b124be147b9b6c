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
  std::chrono::milliseconds ping_interval{20'000};     ///< a silent peer is pinged
  std::chrono::milliseconds silence_timeout{100'000};  ///< and dropped, when it stays so
  std::chrono::milliseconds idle_timeout{3'600'000};   ///< without a message or sound of the client
  std::chrono::milliseconds stall_timeout{90'000};     ///< a client that reads nothing
  /// For how long a reader may be behind what the session has in memory.
  std::chrono::milliseconds behind_timeout{90'000};
  std::chrono::milliseconds close_timeout{5'000};  ///< for the peer's close frame
  /// The same when the server stops: one dead peer must not keep all others waiting.
  std::chrono::milliseconds stop_close_timeout{2'000};

  Tail::Limits tail = {};
  Inputs::Limits inputs = {};
  LogLimits log = {};
};

}  // namespace antiphon::live
