// Splitting and folding arbitrary bytes: places lie in the source and in order, words are UTF-8.
#include "engine/base/encoding.h"
#include "engine/text/stemmer.h"
#include "engine/text/words.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace antiphon;
  std::string_view source(reinterpret_cast<const char*>(data), size);
  if (size > text::text_bytes_max) return 0;
  for (text::Language language : {text::Language::english, text::Language::swedish}) {
    text::Stemmer stemmer(language);
    std::size_t last_end = 0;
    for (const text::Word& word : text::split_words(source)) {
      bool in_order = last_end <= word.begin && word.begin < word.end && word.end <= size;
      if (!in_order || !is_utf8(source.substr(word.begin, word.end - word.begin))) __builtin_trap();
      if (!is_utf8(word.folded) || !is_utf8(stemmer.stem(word.folded))) __builtin_trap();
      last_end = word.end;
    }
  }
  if (!is_utf8(text::fold(source))) __builtin_trap();
  text::parse_language(source);
  return 0;
}
