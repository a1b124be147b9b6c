#pragma once

#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "engine/text/language.h"

namespace antiphon::director {

/// Words of one language that say something to the analysis. Built from lists of our own; words are
/// kept by their stems, so inflections meet. Immutable.
class Lexicon {
 public:
  struct Topic {
    std::string_view name;
    std::string_view words;  ///< separated by spaces
  };
  struct Lists {
    std::string_view negations;  ///< "not", "without": turn what follows round
    std::string_view turns;      ///< "but": end a negation
    std::string_view talk;       ///< verbs of speaking and thinking: seen by nobody
    std::string_view positive;
    std::string_view negative;
    std::span<const Topic> topics;
  };

  Lexicon(text::Language language, const Lists& lists);

  bool is_negation(std::string_view word) const { return negations_.contains(std::string(word)); }
  bool is_turn(std::string_view word) const { return turns_.contains(std::string(word)); }
  bool is_talk(std::string_view stem) const { return talk_.contains(std::string(stem)); }
  /// 1 for a good word, -1 for a bad one, 0 for the rest.
  int feeling(std::string_view stem) const;
  /// The topic that most stems belong to, the first in the list where they are even; empty for
  /// none.
  std::string topic(std::span<const std::string> stems) const;

 private:
  std::unordered_set<std::string> negations_;
  std::unordered_set<std::string> turns_;
  std::unordered_set<std::string> talk_;
  std::unordered_map<std::string, int> feelings_;
  std::vector<std::string> topic_names_;
  std::unordered_map<std::string, std::vector<std::size_t>> topics_of_;
};

/// The lexicon of a language. Swedish has negations and feelings; topics are English only.
const Lexicon& lexicon_of(text::Language language);

}  // namespace antiphon::director
