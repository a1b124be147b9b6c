#pragma once

#include <string_view>

#include "engine/live/close_code.h"

namespace antiphon::socketio {

/// Why a client's connection ended.
enum class CloseReason {
  client_closed,      ///< it said so
  transport_closed,   ///< its WebSocket broke
  ping_timeout,       ///< no answer to a ping
  parse_error,        ///< a packet that is none, or has no place here
  duplicate_request,  ///< two polls, or two posts, at once
  too_large,          ///< a payload above the limit
  connect_timeout,    ///< no namespace was connected in time
  too_slow,           ///< more waits for it than is kept
  server_closed,      ///< by the app
  restart,            ///< the server stops
};

/// "ping timeout", "parse error": as the reference implementation tells its listeners.
std::string_view to_text(CloseReason reason);

/// With what a WebSocket is closed.
live::CloseCode close_code(CloseReason reason);

}  // namespace antiphon::socketio
