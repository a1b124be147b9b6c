// What is read as a traceparent is written and read again as the same; all else is nothing.
#include "engine/trace/context.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace antiphon::trace;
  auto context = parse_traceparent({reinterpret_cast<const char*>(data), size});
  if (context && parse_traceparent(to_traceparent(*context)) != context) __builtin_trap();
  return 0;
}
