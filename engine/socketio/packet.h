#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/schema/value.h"
#include "engine/socketio/engine_packet.h"

// Socket.IO protocol 5, the upper layer. A packet is an Engine.IO message of text,
//
//   packet = type [count "-"] ["/" name ["?" query] ","] [ack id] [json]
//
// followed by `count` messages of bytes. A comma at the very end may be left out; the query means
// nothing. In the JSON {"_placeholder":true,"num":N} stands for the bytes N.

namespace antiphon::socketio {

enum class PacketType : std::uint8_t { connect, disconnect, event, ack, connect_error };

struct PacketHead {
  PacketType type = PacketType::event;
  std::string space = "/";               ///< the namespace
  std::optional<std::uint64_t> id = {};  ///< of an ack, or of an event that wants one; at most 2^53
  std::size_t attachments = 0;           ///< of event and ack

  bool operator==(const PacketHead&) const = default;
};

struct Packet {
  PacketHead head;
  schema::Value data;  ///< object (connect), array (event, ack), null for none
  std::vector<std::string> attachments;
};

/// Why a client must be closed: "unknown packet type".
using Violation = std::string_view;

/// The text of a packet, its attachments still to come.
/// @throws nothing: whatever is wrong comes back
std::expected<Packet, Violation> parse_packet(std::string_view text, const Limits& limits);

/// @param json  the data; "" for none
std::string write_packet(const PacketHead& head, std::string_view json);

/// Puts packets together from messages as they come.
class PacketDecoder {
 public:
  explicit PacketDecoder(const Limits& limits) : limits_(limits) {}

  /// A whole packet, or nothing while bytes of it are missing.
  std::expected<std::optional<Packet>, Violation> take(EnginePacket message);

 private:
  const Limits& limits_;
  std::optional<Packet> partial_;
};

/// Whether an event may have this name: the others are what sockets tell of themselves.
bool is_event_name(std::string_view name);

}  // namespace antiphon::socketio
