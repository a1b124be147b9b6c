#include "engine/speech/spoken_text.h"

#include <algorithm>
#include <array>

namespace antiphon::speech {
namespace {

constexpr std::array<std::string_view, 3> wide_ends = {"。", "！", "？"};
constexpr std::string_view blanks = " \t\r\n";

std::size_t character_bytes(char lead) {
  auto byte = static_cast<unsigned char>(lead);
  return byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}

// Of valid UTF-8.
char32_t code_point(std::string_view character) {
  auto lead = static_cast<unsigned char>(character[0]);
  std::size_t size = character.size();
  char32_t point = size == 1 ? lead : lead & (0x7fu >> size);
  for (std::size_t i = 1; i < size; ++i) {
    point = (point << 6) | (static_cast<unsigned char>(character[i]) & 0x3f);
  }
  return point;
}

// Bytes of the mark that ends a sentence at `at`; 0 where none does.
std::size_t end_mark(std::string_view text, std::size_t at) {
  if (text[at] == '\n') return 1;
  for (std::string_view mark : wide_ends) {
    if (text.substr(at).starts_with(mark)) return mark.size();
  }
  bool is_mark = text[at] == '.' || text[at] == '!' || text[at] == '?';
  bool is_last = at + 1 == text.size() || blanks.contains(text[at + 1]);
  return is_mark && is_last ? 1 : 0;
}

// Where the stretch that begins the text ends.
std::size_t end_of_sentence(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (std::size_t mark = end_mark(text, at)) return at + mark;
  }
  return text.size();
}

// Where a stretch that is too long is best cut.
std::size_t cut_of(std::string_view text) {
  std::string_view part = text.substr(0, spoken_sentence_bytes_max);
  for (std::string_view mark : {", ", "、", " "}) {
    std::size_t found = part.rfind(mark);
    if (found != std::string_view::npos && found > 0) return found + mark.size();
  }
  std::size_t at = part.size();
  while ((static_cast<unsigned char>(text[at]) & 0xc0) == 0x80) --at;
  return at;
}

std::string_view trim(std::string_view text) {
  std::size_t begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) + 1 - begin);
}

// Hiragana and katakana with their marks, also the narrow forms; signs, ASCII and full-width ASCII.
bool is_readable_japanese(char32_t point) {
  return point < 0x250 || (point >= 0x2000 && point <= 0x206f) ||
         (point >= 0x3000 && point <= 0x30ff && point != U'々' && point != U'〆') ||
         (point >= 0xff00 && point <= 0xff9f);
}

}  // namespace

std::vector<std::string> split_spoken_text(std::string_view text) {
  std::vector<std::string> sentences;
  while (!text.empty()) {
    std::size_t end = end_of_sentence(text);
    if (end > spoken_sentence_bytes_max) end = cut_of(text);
    std::string_view sentence = trim(text.substr(0, end));
    if (!sentence.empty()) sentences.emplace_back(sentence);
    text.remove_prefix(end);
  }
  return sentences;
}

std::string_view first_unreadable_japanese(std::string_view text) {
  while (!text.empty()) {
    std::string_view character = text.substr(0, character_bytes(text[0]));
    if (!is_readable_japanese(code_point(character))) return character;
    text.remove_prefix(character.size());
  }
  return {};
}

std::string without_commands(std::string_view text) {
  std::string plain;
  for (char byte : text) {
    bool is_control = static_cast<unsigned char>(byte) < 0x20 || byte == 0x7f;
    if (byte == '[' && plain.ends_with('[')) plain += ' ';
    plain += is_control ? ' ' : byte;
  }
  return plain;
}

}  // namespace antiphon::speech
