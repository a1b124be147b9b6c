// A client's frame is read, or refused with a reason; nothing else.
#include "engine/base/error.h"
#include "engine/live/wire.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace antiphon::live;
  try {
    auto frame = parse_client_frame({reinterpret_cast<const char*>(data), size});
    if (frame.kind == ClientFrame::Kind::message && frame.message.action.empty()) __builtin_trap();
  } catch (const antiphon::Error& error) {
    if (error.code() == antiphon::Code::internal) __builtin_trap();
  }
  return 0;
}
