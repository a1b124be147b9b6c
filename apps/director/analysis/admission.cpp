#include "apps/director/analysis/admission.h"

#include <algorithm>
#include <set>

#include "apps/director/analysis/lexicon.h"
#include "engine/text/stemmer.h"
#include "engine/text/words.h"

namespace antiphon::director {
namespace {

constexpr std::string_view signs_between_words = " ,-'";
// From here on a letter takes three bytes: scripts without spaces, where what is one word depends
// on what stands around it.
constexpr unsigned char spaceless_lead = 0xE2;

bool is_spaceless(std::string_view word) {
  return std::ranges::any_of(
      word, [](char c) { return static_cast<unsigned char>(c) >= spaceless_lead; });
}

class Spoken {
 public:
  explicit Spoken(const Speech& speech)
      : language_(text::parse_language(speech.language).value_or(text::Language::english)),
        folded_(text::fold(speech.text)) {
    text::Stemmer stemmer(language_);
    for (const text::Word& word : text::split_words(speech.text)) {
      stems_.insert(stemmer.stem(word.folded));
    }
  }

  bool has(const std::string& word) const {
    return stems_.contains(text::Stemmer(language_).stem(word)) ||
           (is_spaceless(word) && folded_.contains(word));
  }

 private:
  text::Language language_;
  std::string folded_;
  std::set<std::string, std::less<>> stems_;
};

bool is_of_a_topic(const std::string& word) {
  // Topics are those of the starter library, whose words are English.
  text::Stemmer stemmer(text::Language::english);
  return lexicon_of(text::Language::english).is_topic_word(stemmer.stem(word));
}

// Its words; nothing where something stands between them that nobody says.
std::optional<std::vector<std::string>> words_of(const std::string& phrase) {
  std::vector<std::string> words;
  std::size_t end = 0;
  auto is_plain = [&](std::size_t from, std::size_t to) {
    return std::string_view(phrase)
               .substr(from, to - from)
               .find_first_not_of(signs_between_words) == std::string_view::npos;
  };
  for (text::Word& word : text::split_words(phrase)) {
    if (!is_plain(end, word.begin)) return std::nullopt;
    words.push_back(std::move(word.folded));
    end = word.end;
  }
  if (!is_plain(end, phrase.size())) return std::nullopt;
  return words;
}

}  // namespace

std::optional<std::string> why_not_admitted(const Speech& speech, const Analysis& analysis) {
  bool has_topic = !analysis.topic.empty();
  if (has_topic && !lexicon_of(text::Language::english).is_topic(analysis.topic)) {
    return "topic: it is not in the list.";
  }
  Spoken spoken(speech);
  for (const std::string& thing : analysis.visual_concepts) {
    auto words = words_of(thing);
    bool was_said = words && !words->empty() && thing.size() <= admitted_concept_bytes_max &&
                    std::ranges::all_of(*words, [&](const auto& word) { return spoken.has(word); });
    if (!was_said) return "visualConcepts: one of them was not spoken so.";
  }
  auto query = words_of(analysis.query);
  if (!query) return "query: there are signs in it; it is made of words.";
  if (query->size() > admitted_query_words_max) return "query: it has too many words.";
  bool is_known = std::ranges::all_of(
      *query, [&](const auto& word) { return spoken.has(word) || is_of_a_topic(word); });
  if (!is_known) return "query: one of its words was neither spoken nor is it of a topic.";
  return std::nullopt;
}

}  // namespace antiphon::director
