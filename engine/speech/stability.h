#pragma once

#include <deque>
#include <vector>

#include "engine/speech/recogniser.h"

namespace antiphon::speech {

/// A word stands firm once so many results in a row agree on it and on all before it (the
/// local-agreement policy: Liu, Spanakis, Niehues, Interspeech 2020).
inline constexpr std::size_t agreeing_results = 2;

/// Counts the firm words of one utterance.
class Stability {
 public:
  /// How many words from the front stand firm with this newest result.
  std::size_t hear(const std::vector<Word>& words);

 private:
  std::deque<std::vector<Word>> recent_;
};

}  // namespace antiphon::speech
