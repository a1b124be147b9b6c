#include "engine/http/multipart.h"

#include "engine/base/encoding.h"
#include "engine/base/error.h"

namespace antiphon::http {

namespace {

constexpr std::size_t boundary_bytes_max = 70;  // RFC 2046, 5.1.1

[[noreturn]] void refuse(std::string_view why) {
  throw Error(Code::invalid, fmt::format("The multipart body is broken: {}", why));
}

// The value of `name=value` or `name="value"` after a semicolon.
std::optional<std::string> parameter(std::string_view header, std::string_view name) {
  for (auto at = header.find(';'); at != std::string_view::npos; at = header.find(';')) {
    header.remove_prefix(at + 1);
    header.remove_prefix(std::min(header.find_first_not_of(" \t"), header.size()));
    auto equals = header.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    bool is_wanted = equal_ignoring_case(header.substr(0, equals), name);
    header.remove_prefix(equals + 1);
    std::string value;
    if (header.starts_with('"')) {
      std::size_t i = 1;
      for (; i < header.size() && header[i] != '"'; ++i) {
        if (header[i] == '\\' && i + 1 < header.size()) ++i;
        value += header[i];
      }
      header.remove_prefix(std::min(i + 1, header.size()));
    } else {
      value = header.substr(0, header.find_first_of("; \t"));
    }
    if (is_wanted) return value;
  }
  return std::nullopt;
}

std::string boundary_of(std::string_view content_type) {
  std::string_view type = content_type.substr(0, content_type.find_first_of("; "));
  if (!equal_ignoring_case(type, "multipart/form-data")) {
    throw Error(Code::unsupported, "The body is sent as multipart/form-data.");
  }
  auto boundary = parameter(content_type, "boundary");
  if (!boundary || boundary->empty() || boundary->size() > boundary_bytes_max) {
    refuse("its Content-Type has no good boundary.");
  }
  return *boundary;
}

Headers parse_part_head(std::string_view head) {
  Headers headers;
  while (!head.empty()) {
    auto end = head.find("\r\n");
    std::string_view line = head.substr(0, end);
    head = end == std::string_view::npos ? std::string_view() : head.substr(end + 2);
    auto colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0) refuse("a header of a part has no name.");
    std::string_view value = line.substr(colon + 1);
    value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
    headers.add(line.substr(0, colon), value);
  }
  return headers;
}

Part parse_part(std::string_view bytes) {
  auto end = bytes.substr(0, part_head_bytes_max).find("\r\n\r\n");
  if (end == std::string_view::npos) refuse("a part has no end of headers.");
  Headers headers = parse_part_head(bytes.substr(0, end));
  std::string_view disposition = headers.get("Content-Disposition");
  auto name = parameter(disposition, "name");
  if (!disposition.starts_with("form-data") || !name) refuse("a part has no name.");
  if (!is_utf8(disposition)) refuse("a name is not UTF-8.");
  return {*name, parameter(disposition, "filename"), std::string(headers.get("Content-Type")),
          bytes.substr(end + 4)};
}

}  // namespace

std::vector<Part> parse_multipart(std::string_view content_type, std::string_view body) {
  std::string delimiter = "\r\n--" + boundary_of(content_type);
  // The first delimiter has no line before it, unless there is a preamble.
  std::size_t at = 0;
  if (body.starts_with(std::string_view(delimiter).substr(2))) {
    at = delimiter.size() - 2;
  } else {
    at = body.find(delimiter);
    if (at == std::string_view::npos) refuse("it does not begin with its boundary.");
    at += delimiter.size();
  }
  std::vector<Part> parts;
  for (;;) {
    std::string_view rest = body.substr(at);
    if (rest.starts_with("--")) return parts;
    if (!rest.starts_with("\r\n")) refuse("a boundary is not followed by the end of its line.");
    auto end = rest.find(delimiter, 2);
    if (end == std::string_view::npos) refuse("it ends within a part.");
    if (parts.size() == parts_max) refuse(fmt::format("it has more than {} parts.", parts_max));
    parts.push_back(parse_part(rest.substr(2, end - 2)));
    at += end + delimiter.size();
  }
}

}  // namespace antiphon::http
