#include "engine/speech/stability.h"

#include <algorithm>

namespace antiphon::speech {
namespace {

std::size_t common_front(const std::vector<Word>& a, const std::vector<Word>& b) {
  auto end = std::ranges::mismatch(a, b, {}, &Word::text, &Word::text).in1;
  return static_cast<std::size_t>(end - a.begin());
}

// Where in `words` that begins which comes after the firm ones. A result that has other words in
// their place is followed by time: what lies for the most part behind them is new.
std::size_t first_behind(const std::vector<Word>& firm, const std::vector<Word>& words) {
  if (common_front(firm, words) == firm.size()) return firm.size();
  std::uint32_t end_ms = firm.back().end_ms;
  auto is_behind = [&](const Word& word) { return word.start_ms + word.end_ms > 2 * end_ms; };
  return static_cast<std::size_t>(std::ranges::find_if(words, is_behind) - words.begin());
}

}  // namespace

Stability::Told Stability::hear(const std::vector<Word>& words) {
  recent_.push_back(words);
  if (recent_.size() > agreeing_results) recent_.pop_front();
  std::size_t agreed = recent_.size() < agreeing_results ? 0 : words.size();
  for (const auto& earlier : recent_) agreed = std::min(agreed, common_front(words, earlier));
  std::size_t from = first_behind(firm_, words);
  for (; from < agreed; ++from) firm_.push_back(words[from]);
  Told told{.words = firm_, .firm = firm_.size()};
  told.words.insert(told.words.end(), words.begin() + static_cast<long>(from), words.end());
  return told;
}

}  // namespace antiphon::speech
