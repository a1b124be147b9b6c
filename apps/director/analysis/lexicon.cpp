#include "apps/director/analysis/lexicon.h"

#include <algorithm>

#include "engine/text/stemmer.h"

namespace antiphon::director {
namespace {

std::vector<std::string> split(std::string_view list) {
  std::vector<std::string> words;
  while (!list.empty()) {
    auto space = list.find(' ');
    if (space != 0) words.emplace_back(list.substr(0, space));
    list = space == std::string_view::npos ? "" : list.substr(space + 1);
  }
  return words;
}

std::unordered_set<std::string> words_of(std::string_view list) {
  std::vector<std::string> words = split(list);
  return {words.begin(), words.end()};
}

// "Prouder" and "happiest" come from "proud" and "happy"; a stemmer leaves them as they are.
std::vector<std::string> bases(std::string_view word) {
  std::string_view ending = word.ends_with("est") ? "est" : word.ends_with("er") ? "er" : "";
  if (ending.empty() || word.size() < ending.size() + 3) return {};
  std::string base(word.substr(0, word.size() - ending.size()));
  std::vector<std::string> found{base, base + 'e'};
  if (base.ends_with('i')) found.push_back(base.substr(0, base.size() - 1) + 'y');
  if (base[base.size() - 1] == base[base.size() - 2]) {
    found.push_back(base.substr(0, base.size() - 1));
  }
  return found;
}

}  // namespace

Lexicon::Lexicon(text::Language language, const Lists& lists)
    : language_(language),
      negations_(words_of(lists.negations)),
      excluders_(words_of(lists.excluders)),
      turns_(words_of(lists.turns)),
      subjects_(words_of(lists.subjects)) {
  text::Stemmer stemmer(language);
  for (const std::string& word : split(lists.talk)) talk_.insert(stemmer.stem(word));
  for (const std::string& word : split(lists.positive)) feelings_[stemmer.stem(word)] = 1;
  for (const std::string& word : split(lists.negative)) feelings_[stemmer.stem(word)] = -1;
  for (const Phrase& phrase : lists.phrases) {
    std::vector<std::string> words = split(phrase.words);
    std::string first = words.front();
    phrases_[first].push_back({std::move(words), phrase.feeling});
  }
  for (const Topic& topic : lists.topics) {
    for (const std::string& word : split(topic.words)) {
      auto& of_word = topics_of_[stemmer.stem(word)];
      if (of_word.empty() || of_word.back() != topic_names_.size()) {
        of_word.push_back(topic_names_.size());
      }
    }
    for (const std::string& word : split(topic.name)) topic_name_stems_.insert(stemmer.stem(word));
    topic_names_.emplace_back(topic.name);
  }
}

int Lexicon::known_feeling(const std::string& stem) const {
  auto found = feelings_.find(stem);
  return found == feelings_.end() ? 0 : found->second;
}

int Lexicon::feeling(std::string_view word, std::string_view stem) const {
  if (int known = known_feeling(std::string(stem)); known != 0) return known;
  text::Stemmer stemmer(language_);
  for (const std::string& base : bases(word)) {
    if (int known = known_feeling(stemmer.stem(base)); known != 0) return known;
  }
  return 0;
}

Lexicon::PhraseMatch Lexicon::phrase(std::span<const std::string_view> words) const {
  PhraseMatch best;
  if (words.empty()) return best;
  auto found = phrases_.find(std::string(words.front()));
  if (found == phrases_.end()) return best;
  for (const Known& known : found->second) {
    bool is_here = known.words.size() <= words.size() && known.words.size() > best.words &&
                   std::ranges::equal(known.words, words.first(known.words.size()));
    if (is_here) best = {known.words.size(), known.feeling};
  }
  return best;
}

std::string Lexicon::topic(std::span<const std::string> stems) const {
  std::vector<int> votes(topic_names_.size(), 0);
  for (const std::string& stem : stems) {
    auto found = topics_of_.find(stem);
    if (found == topics_of_.end()) continue;
    for (std::size_t topic : found->second) ++votes[topic];
  }
  auto best = std::max_element(votes.begin(), votes.end());
  if (best == votes.end() || *best == 0) return "";
  return topic_names_[static_cast<std::size_t>(best - votes.begin())];
}

bool Lexicon::is_topic(std::string_view name) const {
  return std::ranges::find(topic_names_, name) != topic_names_.end();
}

bool Lexicon::is_topic_word(std::string_view stem) const {
  std::string word(stem);
  return topics_of_.contains(word) || topic_name_stems_.contains(word);
}

const Lexicon& lexicon_of(text::Language language) {
  static const Lexicon english_lexicon(text::Language::english, english_lists());
  static const Lexicon swedish_lexicon(text::Language::swedish, swedish_lists());
  return language == text::Language::swedish ? swedish_lexicon : english_lexicon;
}

}  // namespace antiphon::director
