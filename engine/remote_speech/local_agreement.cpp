#include "engine/remote_speech/local_agreement.h"

#include <algorithm>
#include <span>

#include "engine/remote_speech/written_words.h"

namespace antiphon::remote_speech {
namespace {

using Words = std::span<const speech::Word>;

bool agree(const speech::Word& a, const speech::Word& b) {
  return folded_word(a.text) == folded_word(b.text);
}

std::size_t common_front(Words a, Words b) {
  auto end = std::ranges::mismatch(a, b, agree).in1;
  return static_cast<std::size_t>(end - a.begin());
}

// What of a hypothesis comes behind the firm words. One that has other words in their place is
// followed by time: what lies for the most part behind them is new.
Words behind(Words firm, Words hypothesis) {
  if (common_front(firm, hypothesis) == firm.size()) return hypothesis.subspan(firm.size());
  std::uint32_t end_ms = firm.back().end_ms;
  auto is_new = [&](const speech::Word& word) { return word.start_ms + word.end_ms > 2 * end_ms; };
  auto at = std::ranges::find_if(hypothesis, is_new);
  return {at, hypothesis.end()};
}

}  // namespace

LocalAgreement::Told LocalAgreement::hear(std::vector<speech::Word> hypothesis) {
  Words now = behind(firm_, hypothesis);
  std::size_t agreed = common_front(now, behind(firm_, last_));
  Words open = now.subspan(agreed);
  firm_.insert(firm_.end(), now.begin(), now.begin() + static_cast<long>(agreed));
  Told told{.words = firm_, .firm = firm_.size()};
  told.words.insert(told.words.end(), open.begin(), open.end());
  last_ = std::move(hypothesis);
  return told;
}

}  // namespace antiphon::remote_speech
