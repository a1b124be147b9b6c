#include "engine/base/error.h"
#include "engine/search/bm25.h"
#include "engine/search/entry.h"
#include "engine/search/index.h"

namespace antiphon::search {

// A term of the query: the first word of its stem.
struct Index::Term {
  std::string stem;
  std::string word;
  const Postings* postings = nullptr;  // null when no document ever had it
  std::uint32_t number = 0;            // meaningful with postings
  double information = 0;
};

struct Index::Tally {
  std::uint32_t slot = 0;
  double score = 0;
  double information = 0;
};

namespace {

bool holds(const Filter& filter, const Document& document) {
  return std::ranges::any_of(document.facets, [&](const Facet& facet) {
    return facet.key == filter.key &&
           std::ranges::find(filter.any_of, facet.value) != filter.any_of.end();
  });
}

bool holds_all(std::span<const Filter> filters, const Document& document) {
  return std::ranges::all_of(filters,
                             [&](const Filter& filter) { return holds(filter, document); });
}

void check_query(const Query& query) {
  if (query.text.size() <= query_bytes_max) return;
  throw Error{Code::too_large, fmt::format("The query has {} bytes; at most {} are searched.",
                                           query.text.size(), query_bytes_max)};
}

}  // namespace

std::vector<Hit> Index::search(const Query& query) const {
  check_query(query);
  std::vector<Term> terms = terms_of(query);
  double information = 0;
  for (const Term& term : terms) information += term.information;

  std::vector<Tally> found = tally(terms);
  std::erase_if(found, [&](const Tally& tally) {
    return tally.information / information < query.confidence_min ||
           !holds_all(query.filters, entries_[tally.slot]->document);
  });
  std::size_t count = std::min({found.size(), query.limit, hits_max});
  auto best = found.begin() + static_cast<std::ptrdiff_t>(count);
  std::ranges::partial_sort(found, best, [&](const Tally& a, const Tally& b) {
    if (a.score != b.score) return a.score > b.score;
    return entries_[a.slot]->document.id < entries_[b.slot]->document.id;
  });

  std::vector<Hit> hits;
  for (const Tally& tally : std::span(found).first(count)) {
    hits.push_back(explain(tally, tally.information / information, terms));
  }
  return hits;
}

std::vector<Index::Term> Index::terms_of(const Query& query) const {
  std::vector<Term> terms;
  for (Stem& stem : read_stems(query.text, query.language)) {
    if (std::ranges::find(terms, stem.text, &Term::stem) != terms.end()) continue;
    if (terms.size() == query_terms_max) break;
    Term term;
    term.word = query.text.substr(stem.begin, stem.end - stem.begin);
    if (auto found = number_of_.find(stem.text); found != number_of_.end()) {
      term.number = found->second;
      term.postings = postings_[term.number].get();
    }
    term.information = search::information(term.postings ? term.postings->size() : 0, size());
    term.stem = std::move(stem.text);
    terms.push_back(std::move(term));
  }
  return terms;
}

std::vector<Index::Tally> Index::tally(std::span<const Term> terms) const {
  std::vector<Tally> tallies(entries_.size());
  const double mean = mean_length();
  for (const Term& term : terms) {
    if (term.postings == nullptr) continue;
    for (const Posting& posting : *term.postings) {
      Tally& tally = tallies[posting.slot];
      tally.slot = posting.slot;
      tally.score +=
          bm25(term.information, posting.frequency, entries_[posting.slot]->length / mean);
      tally.information += term.information;
    }
  }
  std::erase_if(tallies, [](const Tally& tally) { return tally.information == 0; });
  return tallies;
}

Hit Index::explain(const Tally& tally, double confidence, std::span<const Term> terms) const {
  const Entry& entry = *entries_[tally.slot];
  Hit hit{entry.document.id, tally.score, confidence, {}};
  for (const Entry::Place& place : entry.places) {
    if (hit.matches.size() == matches_max) break;
    auto term = std::ranges::find_if(terms, [&](const Term& each) {
      return each.postings != nullptr && each.number == place.number;
    });
    if (term == terms.end()) continue;
    hit.matches.push_back(
        {.query_word = term->word,
         .document_word = entry.document.texts[place.field].substr(place.begin, place.length),
         .field = place.field,
         .begin = place.begin,
         .end = place.begin + std::size_t{place.length}});
  }
  return hit;
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
