#pragma once

#include <functional>
#include <memory>
#include <string>

#include "engine/http/message.h"
#include "engine/http/takeover.h"
#include "engine/live/live.h"

namespace antiphon::live {

/// The principal behind a token; null when the token is not good.
using Authenticate = std::function<Task<std::shared_ptr<const Principal>>(std::string token)>;

/// Whether a principal of the session's tenant may attach; empty: only who opened the session.
using AttachRule = std::function<bool(const Principal&, const SessionOwner&)>;

/// A way into an app's live sessions.
struct LiveRoute {
  std::string app;
  std::string permission;       ///< what the principal must hold: "director:session:attach"
  bool opens_sessions = false;  ///< a hello without a session id opens a new one
  Authenticate authenticate;
  AttachRule may_attach = {};  ///< asked on the session's home core
};

/// Serves one WebSocket with the native protocol `antiphon.v1` (docs/live-protocol.md): handshake,
/// hello, then the session, to whose home core the socket moves. Returns when the socket is closed
/// or has moved on.
/// @param principal   whom the request's own credential named; null when there was none
/// @param session_id  from the path or query; "" leaves it to hello
/// @throws Error{Code::invalid} before the handshake, for a request that is no WebSocket's
Task<> serve_websocket(Live& live, const LiveRoute& route, http::Request request,
                       http::Takeover takeover, std::shared_ptr<const Principal> principal,
                       std::string session_id);

/// Whether the principal is of the session's tenant and the rule lets it in.
bool may_attach(const AttachRule& rule, const Principal& principal, const SessionOwner& owner);

}  // namespace antiphon::live
