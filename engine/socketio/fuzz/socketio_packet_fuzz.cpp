// A packet of any bytes is refused with a reason, or reads the same after it was written again.
#include "engine/schema/json.h"
#include "engine/socketio/packet.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace antiphon::socketio;
  static constexpr Limits limits;
  auto packet = parse_packet({reinterpret_cast<const char*>(data), size}, limits);
  if (!packet) {
    if (packet.error().empty()) __builtin_trap();
    return 0;
  }
  bool has_data = packet->head.type != PacketType::disconnect && !packet->data.is_null();
  auto json = has_data ? antiphon::schema::to_json(packet->data) : "";
  auto again = parse_packet(write_packet(packet->head, json), limits);
  if (!again || again->head != packet->head || again->data != packet->data) __builtin_trap();
  return 0;
}
