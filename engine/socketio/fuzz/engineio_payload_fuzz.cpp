// A payload of any bytes is refused, or its packets are written as what reads the same.
#include "engine/socketio/engine_packet.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace antiphon::socketio;
  static constexpr Limits limits;
  auto packets = parse_payload({reinterpret_cast<const char*>(data), size}, limits);
  if (!packets) return 0;
  if (packets->empty() || packets->size() > limits.payload_packets_max) __builtin_trap();
  std::string written;
  for (const EnginePacket& packet : *packets) append_to_payload(written, packet);
  if (written != std::string_view(reinterpret_cast<const char*>(data), size)) __builtin_trap();
  return 0;
}
