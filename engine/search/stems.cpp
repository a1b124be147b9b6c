#include "engine/search/stems.h"

#include "engine/text/stemmer.h"
#include "engine/text/words.h"

namespace antiphon::search {

std::vector<Stem> read_stems(std::string_view text, text::Language language) {
  text::Stemmer stemmer(language);
  std::vector<Stem> stems;
  for (const text::Word& word : text::split_words(text)) {
    if (text::is_stop_word(word.folded, language)) continue;
    stems.push_back({stemmer.stem(word.folded), word.begin, word.end});
  }
  return stems;
}

}  // namespace antiphon::search
