#include "apps/director/chart/sentence.h"

#include "apps/director/chart/figures.h"
#include "apps/director/chart/moments.h"

namespace antiphon::director {

std::string_view Sentence::before(std::size_t at) const {
  std::size_t begin = at == 0 ? 0 : words[at - 1].end;
  std::size_t end = at < words.size() ? words[at].begin : text.size();
  return text.substr(begin, end - begin);
}

std::string_view Sentence::said(Span span) const {
  if (span.is_empty()) return {};
  return text.substr(words[span.first].begin, words[span.last - 1].end - words[span.first].begin);
}

Sentence read_sentence(std::string_view text) {
  Sentence sentence{.text = text, .words = text::split_words(text), .figures = {}, .moments = {}};
  std::vector<text::Number> numbers = text::find_numbers(text, sentence.words);
  sentence.moments = find_moments(sentence, numbers);
  sentence.figures = find_figures(sentence, numbers);
  return sentence;
}

}  // namespace antiphon::director
