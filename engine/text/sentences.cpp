#include "engine/text/sentences.h"

namespace antiphon::text {
namespace {

constexpr std::string_view spaces = " \t\r\n";

bool ends_sentence(std::string_view text, std::size_t at) {
  if (text[at] == '\n') return true;
  bool is_mark = std::string_view(".?!").contains(text[at]);
  return is_mark && (at + 1 == text.size() || spaces.contains(text[at + 1]));
}

void add_trimmed(std::vector<std::string_view>& sentences, std::string_view text) {
  std::size_t begin = text.find_first_not_of(spaces);
  if (begin == std::string_view::npos) return;
  std::size_t end = text.find_last_not_of(spaces) + 1;
  sentences.push_back(text.substr(begin, end - begin));
}

}  // namespace

std::vector<std::string_view> split_sentences(std::string_view text) {
  std::vector<std::string_view> sentences;
  std::size_t begin = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!ends_sentence(text, at)) continue;
    add_trimmed(sentences, text.substr(begin, at + 1 - begin));
    begin = at + 1;
  }
  add_trimmed(sentences, text.substr(begin));
  return sentences;
}

}  // namespace antiphon::text
