#include "engine/log/escape.h"

#include "engine/base/encoding.h"
#include "engine/log/line.h"

namespace antiphon::log {
namespace {

struct Character {
  char32_t code;
  std::size_t bytes;
};

std::size_t length_by_lead(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xf0) return 4;
  return lead >= 0xe0 ? 3 : 2;
}

// The first character of a text that is not empty; U+FFFD for a byte that begins none.
Character first_character(std::string_view text) {
  std::string_view bytes = text.substr(0, length_by_lead(static_cast<unsigned char>(text[0])));
  if (!is_utf8(bytes)) return {U'\ufffd', 1};
  if (bytes.size() == 1) return {static_cast<unsigned char>(text[0]), 1};
  char32_t code = static_cast<unsigned char>(bytes[0]) & (0x7f >> bytes.size());
  for (char c : bytes.substr(1)) code = code << 6 | (static_cast<unsigned char>(c) & 0x3f);
  return {code, bytes.size()};
}

// Characters that end a line, drive a terminal, or show a text in another order than it has.
bool is_unsafe(char32_t code) {
  return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x2028 || code == 0x2029 ||
         code == 0x061c || code == 0x200e || code == 0x200f || (code >= 0x202a && code <= 0x202e) ||
         (code >= 0x2066 && code <= 0x2069);
}

void append_character(std::string& line, std::string_view text, Character character) {
  switch (character.code) {
    case '"': line += "\\\""; return;
    case '\\': line += "\\\\"; return;
    case '\n': line += "\\n"; return;
    case '\r': line += "\\r"; return;
    case '\t': line += "\\t"; return;
    case U'\ufffd': line += "\ufffd"; return;
    default: break;
  }
  if (is_unsafe(character.code)) {
    fmt::format_to(std::back_inserter(line), "\\u{:04x}", static_cast<unsigned>(character.code));
  } else {
    line += text.substr(0, character.bytes);
  }
}

}  // namespace

void append_escaped(std::string& line, std::string_view text) {
  std::size_t read = 0;
  while (read < text.size()) {
    Character character = first_character(text.substr(read));
    if (read + character.bytes > value_bytes_max) {
      line += "…";
      return;
    }
    append_character(line, text.substr(read), character);
    read += character.bytes;
  }
}

void append_quoted(std::string& line, std::string_view text) {
  line += '"';
  append_escaped(line, text);
  line += '"';
}

}  // namespace antiphon::log
