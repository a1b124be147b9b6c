#include "engine/base/error.h"
#include "engine/speech/worker_protocol.h"

// Bytes that a worker may send: read or refused, never more.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace antiphon;
  speech::MessageReader reader;
  reader.add({reinterpret_cast<const char*>(data), size});
  try {
    while (auto message = reader.next()) speech::parse_hypothesis(message->payload);
  } catch (const Error&) {
  }
  return 0;
}
