#include "apps/director/chart/labels.h"

#include <set>

#include "apps/director/chart/word_lists.h"

namespace antiphon::director {
namespace {

std::set<std::string_view> words_of(const Sentence& sentence, Span span) {
  std::set<std::string_view> words;
  for (std::size_t at = span.first; at < span.last; ++at) words.insert(sentence.word(at));
  return words;
}

std::set<std::string_view> common_words(const Sentence& sentence, const std::vector<Span>& spans) {
  std::set<std::string_view> common = words_of(sentence, spans.front());
  for (const Span& span : spans) {
    std::set<std::string_view> words = words_of(sentence, span);
    std::erase_if(common, [&](std::string_view word) { return !words.contains(word); });
  }
  return common;
}

Span cut(const Sentence& sentence, Span span, auto is_frame) {
  while (!span.is_empty() && is_frame(sentence.word(span.first))) ++span.first;
  while (!span.is_empty() && is_frame(sentence.word(span.last - 1))) --span.last;
  return span;
}

}  // namespace

Span trimmed(const Sentence& sentence, Span span) {
  return cut(sentence, span, [](std::string_view word) { return is_one_of(word, frame_words); });
}

std::string label_of(const Sentence& sentence, Span span) {
  span = trimmed(sentence, span);
  span.last = std::min(span.last, span.first + label_words_max);
  return std::string(sentence.said(trimmed(sentence, span)));
}

std::vector<std::string> labels_of(const Sentence& sentence, const std::vector<Span>& spans) {
  std::set<std::string_view> common = common_words(sentence, spans);
  std::vector<std::string> labels;
  std::set<std::string> seen;
  for (const Span& span : spans) {
    Span own = cut(sentence, span, [&](std::string_view word) {
      return is_one_of(word, frame_words) || common.contains(word);
    });
    std::string label = label_of(sentence, own);
    if (label.empty() || !seen.insert(text::fold(label)).second) return {};
    labels.push_back(std::move(label));
  }
  return labels;
}

const Moment* moment_in(const Sentence& sentence, Span span) {
  const Moment* found = nullptr;
  for (const Moment& moment : sentence.moments) {
    bool is_inside = moment.span.first >= span.first && moment.span.last <= span.last;
    if (is_inside && found) return nullptr;
    if (is_inside) found = &moment;
  }
  return found;
}

}  // namespace antiphon::director
