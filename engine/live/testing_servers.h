#pragma once

#include "engine/http/message.h"
#include "engine/http/takeover.h"

namespace antiphon::live {

// Plain WebSockets for outside conformance suites and load clients, over the same connection code
// as live sessions but without their protocol.

inline constexpr std::size_t echo_bytes_max = std::size_t{16} << 20;

/// `/echo`: every text or binary message comes back.
Task<> serve_echo(http::Request request, http::Takeover takeover);

/// `/ws/{session}/{client}`: for each {"type":"message","id":K,"text":T} ten frames
/// {"type":"chunk","id":K,"seq":0..9,"text":…,"final":bool} of about 125 bytes, from a cached
/// answer.
Task<> serve_chat(http::Request request, http::Takeover takeover);

}  // namespace antiphon::live
