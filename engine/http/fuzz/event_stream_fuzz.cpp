// Arbitrary bytes as lines and events: how they are cut does not change what they are.

#include "engine/base/error.h"
#include "engine/http/answer_lines.h"

namespace antiphon::http {
namespace {

std::string events(std::string_view bytes, std::size_t piece_bytes) {
  LineSplitter splitter;
  EventAssembler assembler;
  std::string all;
  for (bool has_more = true; has_more;) {
    has_more = !bytes.empty();
    splitter.feed(bytes.substr(0, piece_bytes));
    bytes.remove_prefix(std::min(piece_bytes, bytes.size()));
    if (!has_more) splitter.end();
    while (auto line = splitter.next()) {
      if (line->find_first_of("\r\n") != std::string::npos) __builtin_trap();
      all += *line + "\n";
      if (auto event = assembler.add(*line)) {
        all += fmt::format("[{}|{}|{}]", event->name, event->id, event->data);
      }
    }
  }
  return all;
}

}  // namespace
}  // namespace antiphon::http

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  std::string whole = antiphon::http::events(bytes, bytes.size() + 1);
  if (antiphon::http::events(bytes, 1 + data[0]) != whole) __builtin_trap();
  return 0;
}
