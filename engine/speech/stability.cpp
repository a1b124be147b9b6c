#include "engine/speech/stability.h"

#include <algorithm>

namespace antiphon::speech {
namespace {

std::size_t common_front(const std::vector<Word>& a, const std::vector<Word>& b) {
  auto end = std::ranges::mismatch(a, b, {}, &Word::text, &Word::text).in1;
  return static_cast<std::size_t>(end - a.begin());
}

}  // namespace

std::size_t Stability::hear(const std::vector<Word>& words) {
  recent_.push_back(words);
  if (recent_.size() > agreeing_results) recent_.pop_front();
  if (recent_.size() < agreeing_results) return 0;
  std::size_t firm = words.size();
  for (const auto& earlier : recent_) firm = std::min(firm, common_front(words, earlier));
  return firm;
}

}  // namespace antiphon::speech
