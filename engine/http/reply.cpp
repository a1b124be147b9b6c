#include "engine/http/reply.h"

#include "engine/base/encoding.h"
#include "engine/base/error.h"

namespace antiphon::http {

namespace {

// Four bytes before the position tell a cursor of ours from text that somebody typed.
std::string check_of(std::string_view position) {
  std::uint32_t crc = crc32c(position);
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(crc >> shift));
  return bytes;
}

}  // namespace

std::string make_cursor(std::string_view position) {
  return to_base64url(check_of(position) + std::string(position));
}

std::string parse_cursor(std::string_view cursor) {
  auto bytes = parse_base64url(cursor);
  if (bytes && bytes->size() >= 4) {
    std::string position = bytes->substr(4);
    if (bytes->starts_with(check_of(position))) return position;
  }
  throw Error({{"/cursor", "format",
                "This is no cursor of this list. Send the \"nextCursor\" of "
                "the page before as it is, or no cursor for the first page."}});
}

}  // namespace antiphon::http
