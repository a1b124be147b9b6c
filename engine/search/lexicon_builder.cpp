#include "engine/search/lexicon_builder.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <tuple>

#include "engine/search/lexicon.h"
#include "engine/search/random_index.h"
#include "engine/search/stems.h"
#include "engine/text/words.h"

namespace antiphon::search {
namespace {

// What a pointer is worth: for an expansion (0: none), and between the vectors of two meanings.
// Chosen on apps/director/eval/retrieve_tuning.jsonl.
struct LinkKind {
  std::string_view symbol;
  Relation relation;
  double expansion;
  double vector;
};
constexpr std::array link_kinds = {
    LinkKind{"@", Relation::broader, 0.60, 1.0},   // hypernym
    LinkKind{"@i", Relation::broader, 0.50, 0.8},  // of an instance: a name
    LinkKind{"~", Relation::narrower, 0.45, 0.5},  // hyponym
    LinkKind{"~i", Relation::narrower, 0, 0.2},    // an instance
    LinkKind{"+", Relation::derived, 0.75, 1.0},   // derivationally related
    LinkKind{"\\", Relation::derived, 0.70, 1.0},  // pertains to, derived from
    LinkKind{"<", Relation::derived, 0, 1.0},      // participle
    LinkKind{"&", Relation::similar, 0.60, 1.0},   // similar to
    LinkKind{"$", Relation::similar, 0.60, 0.7},   // verb group
    LinkKind{"^", Relation::similar, 0.30, 0.5},   // see also
    LinkKind{"*", Relation::similar, 0.40, 0.7},   // entails
    LinkKind{">", Relation::similar, 0.40, 0.7},   // causes
    LinkKind{"=", Relation::similar, 0.40, 0.5},   // attribute
    LinkKind{"#p", Relation::part, 0.40, 0.6},     // is part of
    LinkKind{"#m", Relation::part, 0.40, 0.5},     // is member of
    LinkKind{"#s", Relation::part, 0.40, 0.5},     // is substance of
    LinkKind{"%p", Relation::part, 0.40, 0.5},     // has part
    LinkKind{"%m", Relation::part, 0.40, 0.4},     // has member
    LinkKind{"%s", Relation::part, 0.40, 0.4},     // has substance
    LinkKind{"!", Relation::similar, 0, 0.3},      // antonym
    LinkKind{";c", Relation::broader, 0, 0.7},     // belongs to a domain
    LinkKind{"-c", Relation::narrower, 0, 0.2},    // domain of
    LinkKind{";r", Relation::broader, 0, 0.1},     // belongs to a region
};
constexpr double synonym_weight = 0.90;
constexpr double form_weight = 0.95;
constexpr double second_step = 0.5;  // a broader word of a broader word
// Of a pointer that belongs to another word of the synset.
constexpr double other_word = 0.6;
// A sense that is a small share of a word's use still counts, but less.
constexpr double share_power = 0.4;
constexpr double sense_weight_min = 0.12;
constexpr std::size_t senses_max = 4;
constexpr double relative_weight_min = 0.15;
constexpr double of_query = 0.9;  // what is found from the query's side only
// Words in more of all glosses say nothing of what is explained.
constexpr double common_share = 0.02;
constexpr double information_min = 0.1;

const LinkKind* kind_of(std::string_view symbol) {
  auto found = std::ranges::find(link_kinds, symbol, &LinkKind::symbol);
  return found == link_kinds.end() ? nullptr : &*found;
}

Relation turned(Relation relation) {
  if (relation == Relation::broader) return Relation::narrower;
  if (relation == Relation::narrower) return Relation::broader;
  return relation;
}

// What the stems of one word may mean.
using Senses = std::map<std::uint32_t, double>;  // synset to share

class Builder {
 public:
  explicit Builder(const WordNet& net) : net_(net) {}

  std::string build(const std::function<void(std::size_t, std::size_t)>& progress) {
    read_words();
    read_forms();
    read_glosses();
    number_stems();
    Matrix vectors = make_word_vectors(graph(), lexicon_dimensions, progress);
    return Lexicon::write(words(vectors));
  }

 private:
  // The stem of what is one word; of "ice_cream" and "x-ray" there is none.
  std::string stem_of(const std::string& word) {
    if (word.find('_') != std::string::npos) return {};
    std::vector<Stem> stems = read_stems(word, text::Language::english);
    bool is_one = stems.size() == 1 && stems[0].begin == 0 && stems[0].end == word.size();
    return is_one ? std::move(stems[0].text) : std::string();
  }

  void read_words() {
    for (const auto& [word, senses] : net_.senses) {
      std::string stem = stem_of(word);
      if (stem.empty()) continue;
      Senses& all = senses_[stem];
      for (const WordNet::Sense& sense : senses) {
        double& share = all[sense.synset];
        share = std::max(share, sense.share);
      }
    }
    for (const WordNet::Synset& synset : net_.synsets) {
      std::vector<std::string>& stems = stems_of_synset_.emplace_back();
      for (const std::string& word : synset.words) stems.push_back(stem_of(word));
    }
  }

  void read_forms() {
    for (const WordNet::Form& form : net_.forms) {
      std::string irregular = stem_of(form.form);
      std::string word = stem_of(form.word);
      auto senses = senses_.find(word);
      if (irregular.empty() || irregular == word || senses == senses_.end()) continue;
      forms_[irregular].insert(word);
      forms_[word].insert(irregular);
      Senses meant = senses->second;
      senses_[irregular].merge(meant);
    }
  }

  void read_glosses() {
    for (const WordNet::Synset& synset : net_.synsets) {
      std::map<std::string, double>& counts = glosses_.emplace_back();
      std::string text = synset.gloss;
      for (std::string word : synset.words) {
        if (word.find('_') == std::string::npos) continue;
        std::ranges::replace(word, '_', ' ');
        text += ' ' + word;
      }
      for (Stem& stem : read_stems(text, text::Language::english)) ++counts[stem.text];
      for (const auto& [stem, count] : counts) ++glosses_with_[stem];
    }
  }

  void number_stems() {
    for (const auto& [stem, senses] : senses_) numbers_.emplace(stem, 0);
    for (const auto& [stem, count] : glosses_with_) numbers_.emplace(stem, 0);
    std::uint32_t next = 0;
    for (auto& [stem, number] : numbers_) number = next++;
  }

  double information(const std::string& stem) const {
    auto found = glosses_with_.find(stem);
    double with = found == glosses_with_.end() ? 0 : found->second;
    auto all = static_cast<double>(net_.synsets.size());
    return std::max(information_min, std::log(all / (1 + with)));
  }

  MeaningGraph graph() const {
    MeaningGraph graph;
    for (const WordNet::Synset& synset : net_.synsets) add_relations(synset, graph.relations);
    for (const auto& [stem, number] : numbers_) {
      if (auto found = senses_.find(stem); found != senses_.end()) {
        for (auto [synset, share] : found->second) graph.senses.add(synset, std::sqrt(share));
      }
      graph.senses.end_row();
    }
    double common = common_share * static_cast<double>(net_.synsets.size());
    for (const auto& counts : glosses_) {
      for (const auto& [stem, count] : counts) {
        if (glosses_with_.at(stem) >= common + 1) continue;
        graph.glosses.add(numbers_.at(stem), information(stem) * std::sqrt(std::min(count, 2.0)));
      }
      graph.glosses.end_row();
    }
    return graph;
  }

  static void add_relations(const WordNet::Synset& synset, SparseRows& relations) {
    std::map<std::string_view, double> counts;
    for (const WordNet::Link& link : synset.links) ++counts[link.symbol];
    for (const WordNet::Link& link : synset.links) {
      const LinkKind* kind = kind_of(link.symbol);
      if (kind) relations.add(link.target, kind->vector / std::sqrt(counts[link.symbol]));
    }
    relations.end_row();
  }

  std::vector<LexiconWord> words(const Matrix& vectors) {
    std::vector<LexiconWord> words;
    for (const auto& [stem, number] : numbers_) {
      std::span<const float> vector = vectors.row(number);
      words.push_back({.stem = stem,
                       .information = information(stem),
                       .relatives = {},
                       .vector = {vector.begin(), vector.end()}});
    }
    // Both ways: a document's words are expanded as a query's are, and that weighs a little more.
    for (const auto& [stem, number] : numbers_) {
      for (const LexiconWord::Relative& relative : relatives_of(stem)) {
        words[relative.word].relatives.push_back(
            {number, turned(relative.relation), relative.weight});
        words[number].relatives.push_back(
            {relative.word, relative.relation, relative.weight * of_query});
      }
    }
    for (LexiconWord& word : words) keep_nearest(word.relatives, words);
    return words;
  }

  // Each once, with the way that weighs most; among equals those that say most in few words: common
  // ones.
  static void keep_nearest(std::vector<LexiconWord::Relative>& relatives,
                           std::span<const LexiconWord> words) {
    std::ranges::sort(relatives, [](const auto& a, const auto& b) {
      return a.word != b.word ? a.word < b.word : a.weight > b.weight;
    });
    auto twins = std::ranges::unique(relatives, {}, &LexiconWord::Relative::word);
    relatives.erase(twins.begin(), twins.end());
    std::ranges::sort(relatives, [&](const auto& a, const auto& b) {
      auto rank = [&](const auto& each) {
        return std::tuple(-each.weight, words[each.word].information, each.word);
      };
      return rank(a) < rank(b);
    });
    if (relatives.size() > relatives_max) relatives.resize(relatives_max);
  }

  // Collects the relatives of one stem; of several ways to one the strongest stays.
  class Relatives {
   public:
    Relatives(const Builder& builder, std::string_view stem) : builder_(builder), stem_(stem) {}

    void add(const std::string& stem, Relation relation, double weight) {
      if (stem.empty() || stem == stem_ || weight < relative_weight_min) return;
      auto [found, is_new] = best_.try_emplace(stem, relation, weight);
      if (!is_new && found->second.second < weight) found->second = {relation, weight};
    }

    std::vector<LexiconWord::Relative> take() const {
      std::vector<LexiconWord::Relative> all;
      for (const auto& [stem, how] : best_) {
        all.push_back({builder_.numbers_.at(stem), how.first, how.second});
      }
      return all;
    }

   private:
    const Builder& builder_;
    std::string_view stem_;
    std::map<std::string, std::pair<Relation, double>> best_;
  };

  std::vector<LexiconWord::Relative> relatives_of(const std::string& stem) const {
    Relatives relatives(*this, stem);
    add_meanings(stem, 1, relatives);
    if (auto forms = forms_.find(stem); forms != forms_.end()) {
      for (const std::string& form : forms->second) {
        relatives.add(form, Relation::form, form_weight);
        add_meanings(form, form_weight, relatives);
      }
    }
    return relatives.take();
  }

  void add_meanings(const std::string& stem, double weight, Relatives& relatives) const {
    auto found = senses_.find(stem);
    if (found == senses_.end()) return;
    std::vector<std::pair<double, std::uint32_t>> senses;
    for (auto [synset, share] : found->second) senses.emplace_back(share, synset);
    std::ranges::sort(senses, [](const auto& a, const auto& b) {
      return a.first != b.first ? a.first > b.first : a.second < b.second;
    });
    if (senses.size() > senses_max) senses.resize(senses_max);
    for (auto [share, synset] : senses) {
      double of_sense = weight * std::pow(share, share_power);
      if (of_sense >= sense_weight_min) add_meaning(stem, synset, of_sense, relatives);
    }
  }

  void add_meaning(const std::string& stem, std::uint32_t synset, double weight,
                   Relatives& relatives) const {
    for (const std::string& word : stems_of_synset_[synset]) {
      relatives.add(word, Relation::synonym, weight * synonym_weight);
    }
    for (const WordNet::Link& link : net_.synsets[synset].links) {
      const LinkKind* kind = kind_of(link.symbol);
      if (kind == nullptr || kind->expansion == 0) continue;
      bool is_own = link.word == 0 || stems_of_synset_[synset][link.word - 1] == stem;
      double of_link = weight * kind->expansion * (is_own ? 1 : other_word);
      for (const std::string& word : stems_of_synset_[link.target]) {
        relatives.add(word, kind->relation, of_link);
      }
      if (link.symbol == "@") add_broader(link.target, of_link * second_step, relatives);
    }
  }

  void add_broader(std::uint32_t synset, double weight, Relatives& relatives) const {
    for (const WordNet::Link& link : net_.synsets[synset].links) {
      if (link.symbol != "@") continue;
      for (const std::string& word : stems_of_synset_[link.target]) {
        relatives.add(word, Relation::broader, weight);
      }
    }
  }

  const WordNet& net_;
  std::map<std::string, Senses> senses_;  // by stem
  std::map<std::string, std::set<std::string>> forms_;
  std::vector<std::vector<std::string>> stems_of_synset_;  // by its words; empty: not one word
  std::vector<std::map<std::string, double>> glosses_;
  std::map<std::string, double> glosses_with_;  // how many have the stem
  std::map<std::string, std::uint32_t> numbers_;
};

}  // namespace

std::string build_lexicon(const WordNet& net,
                          const std::function<void(std::size_t, std::size_t)>& progress) {
  return Builder(net).build(progress);
}

}  // namespace antiphon::search
