#include "engine/text/language.h"

#include <algorithm>

namespace antiphon::text {
namespace {

// RFC 5646, 4.4.1: a buffer of 35 characters holds every tag that is likely to occur.
constexpr std::size_t tag_bytes_max = 35;

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// RFC 5646, 2.1: subtags of one to eight letters and digits with hyphens between them.
bool is_tag(std::string_view tag) {
  if (tag.size() > tag_bytes_max) return false;
  std::size_t length = 0;
  for (char c : tag) {
    if (c == '-' ? length == 0 : !is_alphanumeric(c) || length == 8) return false;
    length = c == '-' ? 0 : length + 1;
  }
  return length > 0;
}

bool equal_letters(std::string_view a, std::string_view lower) {
  return std::ranges::equal(a, lower, [](char x, char y) { return (x | 0x20) == y; });
}

}  // namespace

std::optional<Language> parse_language(std::string_view tag) {
  if (!is_tag(tag)) return std::nullopt;
  std::string_view primary = tag.substr(0, tag.find('-'));
  for (Language language : {Language::english, Language::swedish}) {
    if (equal_letters(primary, to_tag(language))) return language;
  }
  return std::nullopt;
}

std::string_view to_tag(Language language) {
  switch (language) {
    case Language::english: return "en";
    case Language::swedish: return "sv";
  }
  return "en";
}

}  // namespace antiphon::text
