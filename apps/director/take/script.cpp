#include "apps/director/take/script.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/base/error.h"
#include "engine/text/words.h"

namespace antiphon::director {
namespace {

constexpr std::string_view spaces = " \t\r\n";
constexpr Duration word_time = std::chrono::milliseconds(400);

bool ends_sentence(std::string_view script, std::size_t at) {
  if (script[at] == '\n') return true;
  bool is_mark = std::string_view(".?!").contains(script[at]);
  return is_mark && (at + 1 == script.size() || spaces.contains(script[at + 1]));
}

void add_trimmed(std::vector<std::string>& sentences, std::string_view text) {
  std::size_t begin = text.find_first_not_of(spaces);
  if (begin == std::string_view::npos) return;
  std::size_t end = text.find_last_not_of(spaces) + 1;
  sentences.emplace_back(text.substr(begin, end - begin));
}

}  // namespace

std::vector<std::string> split_script(std::string_view script) {
  std::vector<std::string> sentences;
  std::size_t begin = 0;
  for (std::size_t at = 0; at < script.size(); ++at) {
    if (!ends_sentence(script, at)) continue;
    add_trimmed(sentences, script.substr(begin, at + 1 - begin));
    begin = at + 1;
  }
  add_trimmed(sentences, script.substr(begin));
  if (sentences.empty() || sentences.size() > sentences_max) {
    throw Error({{"/script", "max_items",
                  fmt::format("A script has 1 to {} sentences, found {}.", sentences_max,
                              sentences.size())}});
  }
  return sentences;
}

Duration speaking_time(std::string_view sentence) {
  return word_time * static_cast<int>(text::split_words(sentence).size());
}

}  // namespace antiphon::director
