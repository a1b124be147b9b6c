// Bytes are entries or refused; what was read is written, and comes back the same.
#include "engine/base/error.h"
#include "engine/record/entry.h"

using namespace antiphon;

namespace {

// All entries before the first that is wrong, written anew.
std::string rewritten(std::string_view bytes) {
  record::EntryReader reader({});
  record::EntryWriter writer({});
  std::string written;
  reader.add(std::string(bytes));
  try {
    while (auto entry = reader.next()) writer.write(written, *entry);
  } catch (const Error&) {
    // What no recorder wrote.
  }
  return written;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string once = rewritten({reinterpret_cast<const char*>(data), size});
  if (rewritten(once) != once) __builtin_trap();
  return 0;
}
