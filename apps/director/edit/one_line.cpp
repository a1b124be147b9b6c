#include "apps/director/edit/one_line.h"

#include <algorithm>

namespace antiphon::director {
namespace {

bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xc0) == 0x80; }

// The next code point with its bytes; what is no UTF-8 counts byte by byte.
std::string_view take_point(std::string_view& rest) {
  std::size_t size = 1;
  while (size < rest.size() && size < 4 && is_continuation(rest[size])) ++size;
  std::string_view point = rest.substr(0, size);
  rest.remove_prefix(size);
  return point;
}

char32_t value_of(std::string_view point) {
  auto lead = static_cast<unsigned char>(point[0]);
  if (point.size() == 1) return lead;
  char32_t value = lead & (0x7f >> point.size());
  for (char byte : point.substr(1))
    value = (value << 6) | (static_cast<unsigned char>(byte) & 0x3f);
  return value;
}

bool is_space(char32_t point) {
  // C0 and C1 controls, space, NEL, the ideographic space, line and paragraph separator.
  return point <= 0x20 || (point >= 0x7f && point <= 0x9f) || point == 0x3000 || point == 0x2028 ||
         point == 0x2029;
}

// Ranges of marks that stand with what is before them: accents, vowel signs of the scripts of India
// and Southeast Asia, points of Hebrew and Arabic, joiners, variations and skin tones.
bool joins_the_letter_before(char32_t point) {
  constexpr std::pair<char32_t, char32_t> marks[] = {
      {0x0300, 0x036f}, {0x0591, 0x05c7}, {0x0610, 0x061a},  {0x064b, 0x065f}, {0x0900, 0x0903},
      {0x093a, 0x094f}, {0x0981, 0x0983}, {0x09bc, 0x09cd},  {0x0a3c, 0x0a4d}, {0x0abc, 0x0acd},
      {0x0b3c, 0x0b4d}, {0x0bbe, 0x0bcd}, {0x0c3e, 0x0c4d},  {0x0cbc, 0x0ccd}, {0x0d3b, 0x0d4d},
      {0x0e31, 0x0e31}, {0x0e34, 0x0e3a}, {0x0e47, 0x0e4e},  {0x102b, 0x103e}, {0x17b4, 0x17d3},
      {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff}, {0x200c, 0x200d},  {0x20d0, 0x20ff}, {0x3099, 0x309a},
      {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}, {0x1f3fb, 0x1f3ff}};
  return std::ranges::any_of(
      marks, [point](const auto& range) { return point >= range.first && point <= range.second; });
}

// Cuts a word that has no space to be split at.
void add_word(std::vector<std::string>& parts, std::string_view word, std::size_t length_max) {
  std::string part;
  std::size_t length = 0;
  bool joins_next = false;
  while (!word.empty()) {
    std::string_view point = take_point(word);
    char32_t value = value_of(point);
    bool may_split = !joins_next && !joins_the_letter_before(value);
    if (length >= length_max && may_split) {
      parts.push_back(std::exchange(part, {}));
      length = 0;
    }
    part += point;
    ++length;
    joins_next = value == 0x200d;  // a joiner holds both sides
  }
  parts.push_back(std::move(part));
}

}  // namespace

std::string one_line(std::string_view text) {
  std::string line;
  bool is_gap = false;
  while (!text.empty()) {
    std::string_view point = take_point(text);
    if (is_space(value_of(point))) {
      is_gap = true;
      continue;
    }
    if (is_gap && !line.empty()) line += ' ';
    is_gap = false;
    line += point;
  }
  return line;
}

std::size_t code_points_in(std::string_view text) {
  std::size_t count = 0;
  for (; !text.empty(); take_point(text)) ++count;
  return count;
}

std::vector<std::string> split_line(std::string_view line, std::size_t length_max) {
  std::vector<std::string> parts;
  while (!line.empty()) {
    std::size_t end = std::min(line.find(' '), line.size());
    std::string_view word = line.substr(0, end);
    line.remove_prefix(std::min(end + 1, line.size()));
    std::size_t length = code_points_in(word);
    bool fits = !parts.empty() && code_points_in(parts.back()) + 1 + length <= length_max;
    if (fits) {
      parts.back().append(" ").append(word);
    } else {
      add_word(parts, word, length_max);
    }
  }
  if (parts.empty()) parts.emplace_back();
  return parts;
}

}  // namespace antiphon::director
