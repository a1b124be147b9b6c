// Arbitrary bytes as a list of clips and as the headers of an upload: refused or read, and nothing
// else.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "apps/director/import/clip_list.h"
#include "apps/director/upload/tus.h"

namespace {

template <class F>
void bear(F read) {
  try {
    read();
  } catch (const antiphon::Error&) {
    // Told to the caller.
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace antiphon::director;
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  bear([&] { parse_csv(bytes); });
  bear([&] { parse_json_lines(bytes); });
  bear([&] { read_told(parse_metadata(bytes)); });
  bear([&] { parse_checksum(bytes); });
  return 0;
}
