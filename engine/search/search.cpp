#include "engine/base/error.h"
#include "engine/search/bm25.h"
#include "engine/search/entry.h"
#include "engine/search/index.h"
#include "engine/search/stems.h"

namespace antiphon::search {

// A term of the query: the first word of its stem, and what of the index it meets.
struct Index::Term {
  struct Meeting {
    std::uint32_t number = 0;  // of the stem that is met
    Relation relation = Relation::same;
    double weight = 1;
  };
  std::string stem;
  std::string word;
  double information = 0;
  std::vector<Meeting> meetings;  // the strongest first
};

// A query as it is searched.
struct Index::Asked {
  std::vector<Term> terms;
  double information = 0;     // of all terms
  std::vector<float> vector;  // of length 1; empty: words alone decide

  // Beside vectors a document's length does not matter, so that a score means the same in every
  // library.
  double length_of(const Entry& entry, double mean) const {
    return vector.empty() ? entry.length / mean : 1;
  }
};

// What a document has of the query.
struct Index::Tally {
  std::uint32_t slot = 0;
  double words = 0;        // BM25
  double information = 0;  // of the terms that it has, each as much as its best meeting weighs
  double score = 0;
  double confidence = 0;
  double similarity = 0;
};

// The meeting of one term that counts for a document.
struct Index::Meant {
  const Term::Meeting* meeting = nullptr;
  double words = 0;  // what it gives to the score
};

namespace {

// How much the words count beside the vectors. Chosen on apps/director/eval/retrieve_tuning.jsonl.
constexpr double words_weight = 0.4;

bool has(const SlotMask& mask, std::uint32_t slot) {
  return (mask[slot / 64] >> (slot % 64) & 1) != 0;
}

// What is counted of one document. Of its words that one term meets, the best counts.
struct Count {
  double words = 0;
  double information = 0;
  // Of the term that is being counted.
  double term_words = 0;
  double term_weight = 0;
  std::uint32_t term = UINT32_MAX;

  void add(std::uint32_t of, double weight, double of_information, double of_words) {
    if (term != of) {
      term = of;
      term_words = term_weight = 0;
    }
    if (of_words > term_words) {
      words += of_words - term_words;
      term_words = of_words;
    }
    if (weight > term_weight) {
      information += of_information * (weight - term_weight);
      term_weight = weight;
    }
  }
};

void check_query(const Query& query) {
  if (query.text.size() <= query_bytes_max) return;
  throw Error{Code::too_large, fmt::format("The query has {} bytes; at most {} are searched.",
                                           query.text.size(), query_bytes_max)};
}

// What BM25 comes to when a document is full of every term.
double most_words(double information) { return information * (bm25_k1 + 1); }

}  // namespace

std::vector<Hit> Index::search(const Query& query) const {
  check_query(query);
  Asked asked = ask(query);
  std::vector<Tally> found = tally(asked);
  weigh(found, asked, query);
  std::erase_if(found, [&](const Tally& each) { return each.confidence < query.confidence_min; });
  std::size_t count = std::min({found.size(), query.limit, hits_max});
  auto best = found.begin() + static_cast<std::ptrdiff_t>(count);
  std::ranges::partial_sort(found, best, [&](const Tally& a, const Tally& b) {
    if (a.score != b.score) return a.score > b.score;
    return entries_[a.slot]->document.id < entries_[b.slot]->document.id;
  });
  std::vector<Hit> hits;
  for (const Tally& tally : std::span(found).first(count)) hits.push_back(explain(tally, asked));
  return hits;
}

Index::Asked Index::ask(const Query& query) const {
  Asked asked;
  std::vector<float> vector(lexicon_dimensions);
  for (Stem& stem : read_stems(query.text, query.language)) {
    if (std::ranges::find(asked.terms, stem.text, &Term::stem) != asked.terms.end()) continue;
    if (asked.terms.size() == query_terms_max) break;
    Term term{.stem = std::move(stem.text),
              .word = query.text.substr(stem.begin, stem.end - stem.begin)};
    std::size_t holders = 0;
    if (auto found = number_of_.find(term.stem); found != number_of_.end()) {
      term.meetings.push_back({.number = found->second});
      holders = postings_[found->second]->size();
    }
    term.information = search::information(holders, size());
    if (lexicon_ && query.language == text::Language::english) {
      if (auto word = lexicon_->find(term.stem)) {
        expand(term, *word);
        lexicon_->add_vector(*word, lexicon_->information(*word), vector);
      }
    }
    asked.information += term.information;
    asked.terms.push_back(std::move(term));
  }
  if (std::ranges::any_of(vector, [](float value) { return value != 0; })) {
    asked.vector = unit_of(vector);
  }
  return asked;
}

void Index::expand(Term& term, Lexicon::Word word) const {
  for (const Lexicon::Relative& relative : lexicon_->relatives(word)) {
    auto found = number_of_.find(std::string(lexicon_->stem(relative.word)));
    if (found == number_of_.end()) continue;
    term.meetings.push_back({found->second, relative.relation, relative.weight});
  }
}

// The documents that have words of the query, by slot.
std::vector<Index::Tally> Index::tally(const Asked& asked) const {
  std::vector<Count> counts(entries_.size());
  const double mean = mean_length();
  for (std::uint32_t at = 0; at < asked.terms.size(); ++at) {
    const Term& term = asked.terms[at];
    for (const Term::Meeting& meeting : term.meetings) {
      for (const Posting& posting : *postings_[meeting.number]) {
        double length = asked.length_of(*entries_[posting.slot], mean);
        counts[posting.slot].add(
            at, meeting.weight, term.information,
            meeting.weight * bm25(term.information, posting.frequency, length));
      }
    }
  }
  std::vector<Tally> tallies;
  tallies.reserve(counts.size() -
                  static_cast<std::size_t>(std::ranges::count(counts, 0.0, &Count::words)));
  for (std::uint32_t slot = 0; slot < counts.size(); ++slot) {
    const Count& count = counts[slot];
    if (count.words == 0) continue;
    tallies.push_back({.slot = slot, .words = count.words, .information = count.information});
  }
  return tallies;
}

// Leaves the documents that come into question, with score and confidence.
void Index::weigh(std::vector<Tally>& found, const Asked& asked, const Query& query) const {
  SlotMask mask;
  if (!query.filters.empty()) {
    mask = mask_of(query);
    std::erase_if(found, [&](const Tally& tally) { return !has(mask, tally.slot); });
  }
  if (asked.vector.empty()) {
    for (Tally& tally : found) {
      tally.score = tally.words;
      tally.confidence = tally.information / asked.information;
    }
    return;
  }
  std::size_t count = std::clamp(query.limit, weighed_max, hits_max);
  add_near(found, vectors_.nearest(asked.vector, count, query.filters.empty() ? nullptr : &mask));
  keep_best_by_words(found, count);
  for (Tally& tally : found) {
    tally.similarity = vectors_.similarity(asked.vector, tally.slot);
    tally.score = words_weight * tally.words / most_words(asked.information) +
                  (1 - words_weight) * std::max(0.0, tally.similarity);
    tally.confidence = tally.score;
  }
}

// @param found  by slot
void Index::add_near(std::vector<Tally>& found, std::span<const Near> near) {
  std::size_t with_words = found.size();
  for (const Near& each : near) {
    auto end = found.begin() + static_cast<std::ptrdiff_t>(with_words);
    auto place = std::lower_bound(found.begin(), end, each.slot,
                                  [](const Tally& tally, auto slot) { return tally.slot < slot; });
    if (place != end && place->slot == each.slot) {
      place->similarity = each.similarity;
    } else if (each.similarity > 0) {
      found.push_back({.slot = each.slot, .similarity = each.similarity});
    }
  }
}

// Also what is near by its vector.
void Index::keep_best_by_words(std::vector<Tally>& found, std::size_t count) const {
  auto near =
      std::ranges::partition(found, [](const Tally& tally) { return tally.similarity == 0; });
  auto far = found.begin() + (near.begin() - found.begin());
  if (static_cast<std::size_t>(far - found.begin()) <= count) return;
  auto kept = found.begin() + static_cast<std::ptrdiff_t>(count);
  std::nth_element(found.begin(), kept, far, [&](const Tally& a, const Tally& b) {
    if (a.words != b.words) return a.words > b.words;
    return entries_[a.slot]->document.id < entries_[b.slot]->document.id;
  });
  found.erase(kept, far);
}

// The documents that every filter holds for.
SlotMask Index::mask_of(const Query& query) const {
  SlotMask all(entries_.size() / 64 + 1, ~std::uint64_t{0});
  for (const Filter& filter : query.filters) {
    SlotMask any(all.size());
    for (const std::string& value : filter.any_of) {
      auto number = number_of_.find(facet_term({filter.key, value}));
      if (number == number_of_.end()) continue;
      for (const Posting& posting : *postings_[number->second]) {
        any[posting.slot / 64] |= std::uint64_t{1} << posting.slot % 64;
      }
    }
    for (std::size_t word = 0; word < all.size(); ++word) all[word] &= any[word];
  }
  return all;
}

Hit Index::explain(const Tally& tally, const Asked& asked) const {
  const Entry& entry = *entries_[tally.slot];
  std::unordered_map<std::uint32_t, double> frequencies;
  for (const Entry::Place& place : entry.places) {
    frequencies[place.number] += fields_[place.field].weight;
  }
  std::vector<Meant> meant;
  for (const Term& term : asked.terms) {
    meant.push_back(meet(term, frequencies, asked.length_of(entry, mean_length())));
    if (!asked.vector.empty()) meant.back().words *= words_weight / most_words(asked.information);
  }
  Hit hit{entry.document.id, tally.score, std::min(1.0, tally.confidence), tally.similarity};
  if (!asked.vector.empty()) {
    hit.similarity_share = (1 - words_weight) * std::max(0.0, tally.similarity);
  }
  for (const Entry::Place& place : entry.places) {
    for (std::size_t at = 0; at < meant.size(); ++at) {
      if (hit.matches.size() == matches_max) return hit;
      if (!meant[at].meeting || meant[at].meeting->number != place.number) continue;
      hit.matches.push_back(
          {.query_word = asked.terms[at].word,
           .document_word = entry.document.texts[place.field].substr(place.begin, place.length),
           .field = place.field,
           .begin = place.begin,
           .end = place.begin + std::size_t{place.length},
           .relation = meant[at].meeting->relation,
           .share = meant[at].words});
    }
  }
  return hit;
}

// The word of the document that counts for the term, as tally() chose it.
Index::Meant Index::meet(const Term& term,
                         const std::unordered_map<std::uint32_t, double>& frequencies,
                         double length) {
  Meant best;
  for (const Term::Meeting& meeting : term.meetings) {
    auto found = frequencies.find(meeting.number);
    if (found == frequencies.end()) continue;
    double words = meeting.weight * bm25(term.information, found->second, length);
    if (words > best.words) best = {&meeting, words};
  }
  return best;
}

// Above 0 where it is asked for: a document that has a term has a word.
double Index::mean_length() const {
  double length = 0;
  for (std::size_t field = 0; field < fields_.size(); ++field) {
    length += fields_[field].weight * static_cast<double>(word_counts_[field]);
  }
  return length / static_cast<double>(size());
}

}  // namespace antiphon::search
