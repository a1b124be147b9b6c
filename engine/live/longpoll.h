#pragma once

#include "engine/http/message.h"
#include "engine/live/connection.h"

namespace antiphon::live {

/// A session's logged events after a position, for a client that can neither keep a WebSocket nor
/// read a stream: answered as soon as there is one, or empty after 25 s. The same frames and the
/// same resuming as elsewhere; docs/live-protocol.md, "Long polling".
/// @param principal  whom the request's credential named
/// @param after      "epoch-seq", or "" to begin with a snapshot
/// @throws Error{Code::invalid} for another text; Error{Code::not_found}, Error{Code::rate_limited}
Task<http::Response> serve_poll(Live& live, const LiveRoute& route, Principal principal,
                                std::string session_id, std::string after);

}  // namespace antiphon::live
