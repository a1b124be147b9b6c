// Arbitrary bytes as a form: the parser that streams, fed in pieces of any size, finds what the
// simple one finds in the whole body, or both refuse it.

#include "engine/base/error.h"
#include "engine/http/multipart.h"

namespace antiphon::http {
namespace {

struct Found {
  PartHead head;
  std::string content;
};

std::optional<std::vector<Found>> whole(std::string_view type, std::string_view body) {
  std::vector<Found> found;
  try {
    for (const Part& part : parse_multipart(type, body)) {
      bool is_within = part.content.data() >= body.data() &&
                       part.content.data() + part.content.size() <= body.data() + body.size();
      if (!is_within) __builtin_trap();
      found.push_back({part, std::string(part.content)});
    }
  } catch (const Error&) {
    return std::nullopt;
  }
  return found;
}

std::optional<std::vector<Found>> streamed(std::string_view type, std::string_view body,
                                           std::size_t piece_bytes) {
  using Event = MultipartParser::Event;
  std::vector<Found> found;
  try {
    MultipartParser parser(type);
    for (;;) {
      Event event = parser.next();
      if (event == Event::end) return found;
      if (event == Event::part) found.push_back({parser.head(), ""});
      if (event == Event::content) found.back().content += parser.content();
      if (event != Event::more) continue;
      if (parser.held_bytes() > part_head_bytes_max + 100) __builtin_trap();
      if (body.empty()) parser.finish();
      parser.feed(body.substr(0, piece_bytes));
      body.remove_prefix(std::min(piece_bytes, body.size()));
    }
  } catch (const Error&) {
    return std::nullopt;
  }
}

void compare(std::string_view type, std::string_view body, std::size_t piece_bytes) {
  auto right = whole(type, body);
  auto found = streamed(type, body, piece_bytes);
  if (right.has_value() != found.has_value()) __builtin_trap();
  if (!right) return;
  if (right->size() != found->size()) __builtin_trap();
  for (std::size_t i = 0; i < right->size(); ++i) {
    const Found& a = (*right)[i];
    const Found& b = (*found)[i];
    if (a.head.name != b.head.name || a.head.file_name != b.head.file_name ||
        a.head.content_type != b.head.content_type || a.content != b.content) {
      __builtin_trap();
    }
  }
}

}  // namespace
}  // namespace antiphon::http

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  std::string_view input(reinterpret_cast<const char*>(data) + 1, size - 1);
  std::size_t piece_bytes = 1 + data[0];
  std::string_view type = input.substr(0, input.find('\n'));
  antiphon::http::compare(type, input.substr(type.size()), piece_bytes);
  antiphon::http::compare("multipart/form-data; boundary=b", input, piece_bytes);
  return 0;
}
