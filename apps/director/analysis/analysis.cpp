#include "apps/director/analysis/analysis.h"

#include <algorithm>
#include <set>

#include "apps/director/analysis/lexicon.h"
#include "engine/text/language.h"
#include "engine/text/stemmer.h"
#include "engine/text/words.h"

namespace antiphon::director {
namespace {

constexpr std::size_t concepts_max = 12;

// One word of the speech with what is known of it.
struct Heard {
  std::string word;
  std::string stem;
  bool is_content = false;
  bool is_negated = false;
};

// A negation reaches to the end of its clause: a comma, a full stop, or "but".
bool ends_clause(std::string_view between, const Heard& next, const Lexicon& lexicon) {
  return between.find_first_of(",.;:!?") != std::string_view::npos || lexicon.is_turn(next.word);
}

std::vector<Heard> read(const Speech& speech, text::Language language, const Lexicon& lexicon) {
  text::Stemmer stemmer(language);
  std::vector<Heard> words;
  bool negated = false;
  std::size_t end = 0;
  for (const text::Word& word : text::split_words(speech.text)) {
    Heard heard{.word = word.folded, .stem = stemmer.stem(word.folded)};
    std::string_view between = std::string_view(speech.text).substr(end, word.begin - end);
    if (ends_clause(between, heard, lexicon)) negated = false;
    end = word.end;
    heard.is_negated = negated;
    if (lexicon.is_negation(heard.word)) negated = true;
    heard.is_content = !text::is_stop_word(heard.word, language) &&
                       !lexicon.is_negation(heard.word) && !lexicon.is_talk(heard.stem);
    words.push_back(std::move(heard));
  }
  return words;
}

Sentiment feeling(const std::vector<Heard>& words, const Lexicon& lexicon) {
  int balance = 0;
  for (const Heard& heard : words) {
    int value = lexicon.feeling(heard.stem);
    balance += heard.is_negated ? -value : value;
  }
  return balance > 0 ? Sentiment::positive : balance < 0 ? Sentiment::negative : Sentiment::neutral;
}

std::vector<std::string> concepts(const std::vector<Heard>& words) {
  std::vector<std::string> found;
  std::set<std::string> seen;
  for (const Heard& heard : words) {
    if (heard.is_content && !heard.is_negated && seen.insert(heard.stem).second) {
      found.push_back(heard.word);
    }
  }
  // The newest words are what the speaker is at.
  if (found.size() > concepts_max) found.erase(found.begin(), found.end() - concepts_max);
  return found;
}

std::string topic_of(const std::vector<Heard>& words, const Lexicon& lexicon) {
  std::vector<std::string> stems;
  for (const Heard& heard : words) {
    if (heard.is_content && !heard.is_negated) stems.push_back(heard.stem);
  }
  return lexicon.topic(stems);
}

}  // namespace

std::string_view to_text(Sentiment sentiment) {
  switch (sentiment) {
    case Sentiment::negative: return "negative";
    case Sentiment::neutral: return "neutral";
    case Sentiment::positive: return "positive";
  }
  return "neutral";
}

Analysis analyse(const Speech& speech) {
  text::Language language = text::parse_language(speech.language).value_or(text::Language::english);
  const Lexicon& lexicon = lexicon_of(language);
  std::vector<Heard> words = read(speech, language, lexicon);
  Analysis analysis;
  analysis.topic = topic_of(words, lexicon);
  analysis.sentiment = feeling(words, lexicon);
  analysis.visual_concepts = concepts(words);
  for (const std::string& concept_word : analysis.visual_concepts) {
    if (!analysis.query.empty()) analysis.query += ' ';
    analysis.query += concept_word;
  }
  return analysis;
}

}  // namespace antiphon::director
