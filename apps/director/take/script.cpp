#include "apps/director/take/script.h"

#include <fmt/format.h>

#include "engine/base/error.h"
#include "engine/text/sentences.h"
#include "engine/text/words.h"

namespace antiphon::director {

constexpr Duration word_time = std::chrono::milliseconds(400);

std::vector<std::string> split_script(std::string_view script) {
  std::vector<std::string> sentences;
  for (std::string_view sentence : text::split_sentences(script)) sentences.emplace_back(sentence);
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
