#pragma once

#include "engine/http/message.h"
#include "engine/live/connection.h"

namespace antiphon::live {

/// A session's events as Server-Sent Events: receive only, the same log as over a WebSocket. Each
/// logged event's id is "epoch-seq"; `Last-Event-ID` resumes. A comment every 15 s keeps the
/// connection alive.
/// @param principal  whom the request's credential named
/// @throws Error{Code::not_found} when there is no such session for this principal,
///         Error{Code::rate_limited} when it has too many connections
Task<http::Response> serve_events(Live& live, const LiveRoute& route, http::Request request,
                                  Principal principal, std::string session_id);

}  // namespace antiphon::live
