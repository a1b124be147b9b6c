#include "engine/socketio/engine_packet.h"

#include "engine/base/encoding.h"

namespace antiphon::socketio {
namespace {

constexpr char separator = '\x1e';

std::optional<EnginePacket> parse_part(std::string_view part) {
  if (!part.starts_with('b')) return parse_engine_packet(part);
  auto bytes = parse_base64(part.substr(1));
  if (!bytes) return std::nullopt;
  return EnginePacket{.data = *std::move(bytes), .is_binary = true};
}

}  // namespace

std::optional<EnginePacket> parse_engine_packet(std::string_view text) {
  if (text.empty() || text.front() < '0' || text.front() > '6') return std::nullopt;
  return EnginePacket{static_cast<EngineKind>(text.front()), std::string(text.substr(1))};
}

std::string write_engine_packet(const EnginePacket& packet) {
  if (packet.is_binary) return packet.data;
  return static_cast<char>(packet.kind) + packet.data;
}

std::optional<std::vector<EnginePacket>> parse_payload(std::string_view body,
                                                       const Limits& limits) {
  if (body.size() > limits.payload_bytes_max || !is_utf8(body)) return std::nullopt;
  std::vector<EnginePacket> packets;
  for (bool more = true; more;) {
    std::size_t end = std::min(body.find(separator), body.size());
    auto packet = parse_part(body.substr(0, end));
    if (!packet || packets.size() >= limits.payload_packets_max) return std::nullopt;
    packets.push_back(*std::move(packet));
    more = end < body.size();
    body.remove_prefix(std::min(end + 1, body.size()));
  }
  return packets;
}

void append_to_payload(std::string& payload, const EnginePacket& packet) {
  if (!payload.empty()) payload += separator;
  payload += packet.is_binary ? "b" + to_base64(packet.data) : write_engine_packet(packet);
}

}  // namespace antiphon::socketio
