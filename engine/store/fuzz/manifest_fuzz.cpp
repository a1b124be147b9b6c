// E-65: a backup's manifest comes from outside: whatever is read says the same when it is written.
#include "engine/base/encoding.h"
#include "engine/base/error.h"
#include "engine/store/backup.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace antiphon;
  // With its right hash at the end, so that what stands before is looked at.
  std::string body(reinterpret_cast<const char*>(data), size);
  for (const std::string& text : {body, body + "end " + sha256_hex(body) + "\n"}) {
    try {
      std::string again = to_text(store::parse_manifest(text));
      ENSURE(to_text(store::parse_manifest(again)) == again, "a manifest reads back equal");
    } catch (const Error& error) {
      ENSURE(error.code() == Code::unprocessable, "what is no manifest is refused as such");
    }
  }
  return 0;
}
