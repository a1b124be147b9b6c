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
  /// Words that mean together what none of them does alone.
  struct Phrase {
    std::string_view words;
    int feeling = 0;  ///< "cannot wait" is good, and "not only" denies nothing
  };
  struct Lists {
    std::string_view negations;  ///< "not", "without": turn what follows round
    std::string_view excluders;  ///< "except": leave out what follows, and feel nothing
    std::string_view turns;      ///< "but": end a negation
    std::string_view subjects;   ///< "he": begin a new clause, where speech has no comma
    std::string_view talk;       ///< verbs of speaking and thinking: seen by nobody
    std::string_view positive;
    std::string_view negative;
    std::span<const Phrase> phrases = {};
    std::span<const Topic> topics = {};
  };
  /// A phrase that was found.
  struct PhraseMatch {
    std::size_t words = 0;
    int feeling = 0;
  };

  Lexicon(text::Language language, const Lists& lists);

  bool is_negation(std::string_view word) const { return negations_.contains(std::string(word)); }
  bool is_excluder(std::string_view word) const { return excluders_.contains(std::string(word)); }
  bool is_turn(std::string_view word) const { return turns_.contains(std::string(word)); }
  bool is_subject(std::string_view word) const { return subjects_.contains(std::string(word)); }
  bool is_talk(std::string_view stem) const { return talk_.contains(std::string(stem)); }
  /// 1 for a good word, -1 for a bad one, 0 for the rest. @param word  as `stem` came from
  int feeling(std::string_view word, std::string_view stem) const;
  /// The longest phrase that begins with the first of `words`; of no words when none does.
  PhraseMatch phrase(std::span<const std::string_view> words) const;
  /// The topic that most stems belong to, the first in the list where they are even; empty for
  /// none.
  std::string topic(std::span<const std::string> stems) const;
  /// The names of all topics, in the order of the list.
  const std::vector<std::string>& topics() const { return topic_names_; }
  bool is_topic(std::string_view name) const;
  /// Whether the stem is of a word that belongs to a topic, or to a topic's name.
  bool is_topic_word(std::string_view stem) const;

 private:
  using Words = std::unordered_set<std::string>;
  struct Known {
    std::vector<std::string> words;
    int feeling = 0;
  };
  int known_feeling(const std::string& stem) const;

  text::Language language_;
  Words negations_;
  Words excluders_;
  Words turns_;
  Words subjects_;
  Words talk_;
  std::unordered_map<std::string, int> feelings_;
  std::unordered_map<std::string, std::vector<Known>> phrases_;  // by their first word
  std::vector<std::string> topic_names_;
  Words topic_name_stems_;
  std::unordered_map<std::string, std::vector<std::size_t>> topics_of_;
};

/// The lexicon of a language. Swedish has negations and feelings; topics are English only.
const Lexicon& lexicon_of(text::Language language);

/// The lists of our own (word_lists.cpp).
const Lexicon::Lists& english_lists();
const Lexicon::Lists& swedish_lists();

}  // namespace antiphon::director
