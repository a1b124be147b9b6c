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
  int feeling = 0;
  bool is_content = false;
  bool is_negated = false;
};

// Reads word by word how far a negation reaches: to the end of its clause, which is a sign, "but",
// or, because recognised speech has no commas, the subject of the next clause.
class Reader {
 public:
  Reader(const Speech& speech, text::Language language)
      : lexicon_(lexicon_of(language)),
        language_(language),
        stemmer_(language),
        text_(speech.text),
        words_(text::split_words(speech.text)) {
    for (const text::Word& word : words_) folded_.push_back(word.folded);
  }

  std::vector<Heard> read() {
    for (std::size_t at = 0; at < words_.size();) {
      end_clause(at);
      Lexicon::PhraseMatch phrase = lexicon_.phrase(std::span(folded_).subspan(at));
      if (phrase.words > 0) {
        add_phrase(at, phrase);
        at += phrase.words;
      } else {
        add(at++);
      }
    }
    return std::move(heard_);
  }

 private:
  void end_clause(std::size_t at) {
    std::size_t before = at == 0 ? 0 : words_[at - 1].end;
    std::string_view between = std::string_view(text_).substr(before, words_[at].begin - before);
    bool is_instead_of = folded_[at] == "instead" && is_followed_by(at, "of");
    bool is_over = between.find_first_of(",.;:!?") != std::string_view::npos ||
                   (lexicon_.is_turn(folded_[at]) && !is_instead_of) ||
                   (has_content_ && lexicon_.is_subject(folded_[at]));
    if (!is_over) return;
    prefers_ = folded_[at] == "rather";
    is_negated_ = is_excluded_ = has_content_ = false;
  }

  bool is_followed_by(std::size_t at, std::string_view word) const {
    return at + 1 < folded_.size() && folded_[at + 1] == word;
  }

  // "Forget" anything, but "than" only after "rather", and "instead" before "of".
  bool excludes(std::size_t at) const {
    std::string_view word = folded_[at];
    if (!lexicon_.is_excluder(word)) return false;
    if (word == "instead") return is_followed_by(at, "of");
    return word != "than" || prefers_;
  }

  // "It could not be better" is good.
  bool is_superlative(std::string_view word, int feeling) const {
    return feeling > 0 && is_negated_ && word.ends_with("er");
  }

  void add(std::size_t at) {
    Heard heard{.word = std::string(folded_[at]), .stem = stemmer_.stem(folded_[at])};
    bool excludes_rest = excludes(at);
    bool negates = lexicon_.is_negation(heard.word);
    heard.feeling = lexicon_.feeling(heard.word, heard.stem);
    if (is_negated_ && !is_superlative(heard.word, heard.feeling)) heard.feeling = -heard.feeling;
    heard.is_negated = is_negated_ || is_excluded_;
    heard.is_content = !text::is_stop_word(heard.word, language_) && !negates && !excludes_rest &&
                       !lexicon_.is_talk(heard.stem);
    has_content_ |= heard.is_content && heard.is_negated;
    is_negated_ |= negates;
    is_excluded_ |= excludes_rest;
    heard_.push_back(std::move(heard));
  }

  // A phrase is felt, and nothing of it can be seen.
  void add_phrase(std::size_t at, const Lexicon::PhraseMatch& phrase) {
    int feeling = is_negated_ ? -phrase.feeling : phrase.feeling;
    heard_.push_back({.word = std::string(folded_[at]), .stem = {}, .feeling = feeling});
  }

  const Lexicon& lexicon_;
  text::Language language_;
  text::Stemmer stemmer_;
  const std::string& text_;
  std::vector<text::Word> words_;
  std::vector<std::string_view> folded_;
  std::vector<Heard> heard_;
  bool is_negated_ = false;
  bool is_excluded_ = false;
  bool has_content_ = false;  // of what is negated
  bool prefers_ = false;      // "rather … than"
};

Sentiment feeling(const std::vector<Heard>& words) {
  int balance = 0;
  for (const Heard& heard : words) balance += heard.feeling;
  return balance > 0 ? Sentiment::positive : balance < 0 ? Sentiment::negative : Sentiment::neutral;
}

std::vector<std::string> concepts(const std::vector<Heard>& words) {
  std::vector<std::string> found;
  std::set<std::string> seen;
  for (const Heard& heard : words) {
    if (heard.is_content && heard.is_negated) seen.insert(heard.stem);
  }
  // What is negated once is not shown, where else it may stand.
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
  std::vector<Heard> words = Reader(speech, language).read();
  Analysis analysis;
  analysis.topic = topic_of(words, lexicon);
  analysis.sentiment = feeling(words);
  analysis.visual_concepts = concepts(words);
  for (const std::string& concept_word : analysis.visual_concepts) {
    if (!analysis.query.empty()) analysis.query += ' ';
    analysis.query += concept_word;
  }
  return analysis;
}

}  // namespace antiphon::director
