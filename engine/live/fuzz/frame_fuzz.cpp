// However the bytes are cut, the parser gives the same messages and the same failure.
#include "engine/live/frame_parser.h"

namespace {

using namespace antiphon::live;

constexpr std::size_t message_bytes_max = 4096;

std::string summary(std::string_view bytes, std::size_t piece_bytes, Role role) {
  FrameParser parser(role, message_bytes_max);
  std::string seen;
  while (!bytes.empty()) {
    std::string_view piece = bytes.substr(0, piece_bytes);
    bytes.remove_prefix(piece.size());
    while (!piece.empty()) {
      auto taken = parser.take(piece);
      if (!taken) return seen + fmt::format("failed {}", static_cast<int>(taken.error().code));
      if (!*taken) continue;
      if ((**taken).payload.size() > message_bytes_max) __builtin_trap();
      seen += fmt::format("{} {};", static_cast<int>((**taken).kind), (**taken).payload);
    }
  }
  return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  for (Role role : {Role::server, Role::client}) {
    std::string whole = summary(bytes, size + 1, role);
    if (summary(bytes, 1, role) != whole || summary(bytes, 7, role) != whole) __builtin_trap();
  }
  return 0;
}
