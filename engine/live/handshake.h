#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/http/message.h"

namespace antiphon::live {

/// The native protocol's name among the sub-protocols.
inline constexpr std::string_view native_protocol = "antiphon.v1";

/// A WebSocket request that was found right (RFC 6455, 4.2).
struct Handshake {
  std::string accept;    ///< Sec-WebSocket-Accept
  std::string protocol;  ///< the chosen sub-protocol; "" for none
  std::string token;     ///< from the offered `antiphon.token.<token>`; "" when there was none
};

/// @param supported  sub-protocols, the best first; the first that the client offers is chosen
/// @throws Error{Code::invalid} saying which header is wrong
Handshake read_handshake(const http::Request& request, std::span<const std::string_view> supported);
/// The bytes of the 101 answer. No extension is ever agreed on.
std::string make_answer(const Handshake& handshake);
/// The bytes of the answer to a WebSocket request of another version: they name ours, as RFC 6455,
/// 4.2.2 asks for. "" when there is nothing to refuse by it.
std::string refuse_version(const http::Request& request);

/// What Sec-WebSocket-Accept must be for a Sec-WebSocket-Key.
std::string accept_for(std::string_view key);

}  // namespace antiphon::live
