// Arbitrary bytes as a form: refused with an Error, or parts that lie within the body.

#include "engine/base/error.h"
#include "engine/http/multipart.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input(reinterpret_cast<const char*>(data), size);
  std::string_view type = input.substr(0, input.find('\n'));
  std::string_view body = input.substr(type.size());
  try {
    for (const auto& part : antiphon::http::parse_multipart(type, body)) {
      bool is_within = part.content.data() >= body.data() &&
                       part.content.data() + part.content.size() <= body.data() + body.size();
      if (!is_within) __builtin_trap();
    }
  } catch (const antiphon::Error&) {
  }
  try {
    antiphon::http::parse_multipart("multipart/form-data; boundary=b", input);
  } catch (const antiphon::Error&) {
  }
  return 0;
}
