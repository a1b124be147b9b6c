#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/socketio/limits.h"

// Engine.IO protocol 4, the lower of the two layers:
//
//   packet  = kind data            kind is one digit, data is text
//   payload = part *(0x1E part)    a body of HTTP polling
//   part    = packet / "b" base64  the second is a message of bytes
//
// Over a WebSocket a text frame is one packet, and a binary frame a message without its kind.

namespace antiphon::socketio {

enum class EngineKind : char {
  open = '0',
  close = '1',
  ping = '2',
  pong = '3',
  message = '4',
  upgrade = '5',
  noop = '6',
};

struct EnginePacket {
  EngineKind kind = EngineKind::message;
  std::string data = {};
  bool is_binary = false;  ///< of a message

  bool operator==(const EnginePacket&) const = default;
};

/// A text frame; nothing for what is no packet.
std::optional<EnginePacket> parse_engine_packet(std::string_view text);
/// The frame of a packet: with its kind, or the bytes alone when it is binary.
std::string write_engine_packet(const EnginePacket& packet);

/// The packets of a POST's body; nothing unless all of it is right and within the limits.
std::optional<std::vector<EnginePacket>> parse_payload(std::string_view body, const Limits& limits);
/// Adds a packet to the payload, behind those that are in it.
void append_to_payload(std::string& payload, const EnginePacket& packet);

}  // namespace antiphon::socketio
