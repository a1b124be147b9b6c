// What is read as a traceparent or tracestate is written and read again as the same; all else is
// nothing.
#include "engine/trace/context.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace antiphon::trace;
  std::string_view text(reinterpret_cast<const char*>(data), size);
  auto context = parse_traceparent(text);
  if (context && parse_traceparent(to_traceparent(*context)) != context) __builtin_trap();
  if (auto state = parse_tracestate(text)) {
    if (state->size() > tracestate_bytes_max) __builtin_trap();
    auto again = parse_tracestate(*state);
    if (!again || *again != *state) __builtin_trap();
  }
  return 0;
}
