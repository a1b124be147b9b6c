// The index against a scorer that reads every document for every query, over random changes.
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>

#include "engine/base/random.h"
#include "engine/search/index.h"
#include "engine/search/stems.h"

namespace antiphon::search {
namespace {

const std::vector<Field> fields = {{"title", 2.5}, {"description", 1}};
using Documents = std::map<std::string, Document>;
using Frequencies = std::map<std::string, double>;

struct Scored {
  std::string id;
  double score;
  double confidence;
};

Frequencies frequencies_of(const Document& document) {
  Frequencies frequencies;
  for (std::size_t field = 0; field < fields.size(); ++field) {
    for (const Stem& stem : read_stems(document.texts[field], document.language)) {
      frequencies[stem.text] += fields[field].weight;
    }
  }
  return frequencies;
}

double length_of(const Frequencies& frequencies) {
  double length = 0;
  for (const auto& [stem, frequency] : frequencies) length += frequency;
  return length;
}

// The formula as the book has it, written without the code under test.
std::vector<Scored> score_naively(const Documents& documents, std::string_view query) {
  std::set<std::string> terms;
  for (const Stem& stem : read_stems(query, text::Language::english)) terms.insert(stem.text);
  std::map<std::string, Frequencies> read;
  double mean = 0;
  for (const auto& [id, document] : documents) {
    read[id] = frequencies_of(document);
    mean += length_of(read[id]) / static_cast<double>(documents.size());
  }
  std::map<std::string, double> idf;
  double total = 0;
  for (const std::string& term : terms) {
    double n = 0;
    for (const auto& [id, frequencies] : read) n += frequencies.contains(term) ? 1 : 0;
    idf[term] = std::log(1 + (static_cast<double>(documents.size()) - n + 0.5) / (n + 0.5));
    total += idf[term];
  }
  std::vector<Scored> all;
  for (const auto& [id, frequencies] : read) {
    Scored scored{id, 0, 0};
    for (const std::string& term : terms) {
      auto found = frequencies.find(term);
      if (found == frequencies.end()) continue;
      double norm = 1.2 * (1 - 0.75 + 0.75 * length_of(frequencies) / mean);
      scored.score += idf[term] * found->second * 2.2 / (found->second + norm);
      scored.confidence += idf[term] / total;
    }
    if (scored.confidence > 0) all.push_back(scored);
  }
  return all;
}

std::string random_text(Random& random, std::size_t words_max) {
  static constexpr std::array vocabulary = {"harbour", "harbours", "wall", "ship",  "shipping",
                                            "the",     "forest",   "Bird", "birds", "smörgås",
                                            "47",      "of",       "city", "crash", "crashed"};
  std::string text;
  for (std::size_t words = random.below(words_max); words > 0; --words) {
    text += vocabulary[random.below(vocabulary.size())];
    text += ' ';
  }
  return text;
}

void change(Index& index, Documents& documents, Random& random) {
  std::string id = fmt::format("doc{}", random.below(30));
  if (random.below(4) == 0) {
    EXPECT_EQ(index.remove(id), documents.erase(id) == 1);
    return;
  }
  Document document{.id = id, .texts = {random_text(random, 4), random_text(random, 12)}};
  index.put(document);
  documents[id] = document;
}

void expect_same(const Index& index, const Documents& documents, const std::string& query) {
  std::map<std::string, Scored> expected;
  for (Scored& scored : score_naively(documents, query)) expected[scored.id] = scored;
  std::vector<Hit> hits = index.search({.text = query, .limit = 1'000});
  ASSERT_EQ(hits.size(), expected.size()) << query;
  for (std::size_t i = 0; i < hits.size(); ++i) {
    ASSERT_TRUE(expected.contains(hits[i].id)) << query;
    EXPECT_NEAR(hits[i].score, expected[hits[i].id].score, 1e-9) << query;
    EXPECT_NEAR(hits[i].confidence, expected[hits[i].id].confidence, 1e-9) << query;
    EXPECT_LE(hits[i].confidence, 1.0);
    if (i == 0) continue;
    auto rank = [](const Hit& hit) { return std::pair(-hit.score, hit.id); };
    EXPECT_LT(rank(hits[i - 1]), rank(hits[i])) << query;
  }
}

TEST(Scoring, is_that_of_a_scorer_that_reads_everything) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(seed);
    SeededRandom random(seed);
    Index index(fields);
    Documents documents;
    for (int step = 0; step < 60; ++step) {
      change(index, documents, random);
      expect_same(index, documents, random_text(random, 6));
    }
  }
}

TEST(Scoring, does_not_depend_on_how_the_index_came_about) {
  SeededRandom random(7);
  Index grown(fields);
  Documents documents;
  for (int step = 0; step < 200; ++step) change(grown, documents, random);
  std::vector<Document> rows;
  for (const auto& [id, document] : documents) rows.push_back(document);
  Index built = Index::build(fields, rows);
  for (int i = 0; i < 100; ++i) {
    Query query{.text = random_text(random, 6), .limit = 1'000};
    std::vector<Hit> a = grown.search(query);
    std::vector<Hit> b = built.search(query);
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t k = 0; k < a.size(); ++k) {
      EXPECT_EQ(a[k].id, b[k].id);
      EXPECT_EQ(a[k].score, b[k].score);  // to the last bit
    }
  }
}

}  // namespace
}  // namespace antiphon::search
