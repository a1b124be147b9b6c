// The index with a lexicon: words that are related, and vectors.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/search/index.h"
#include "engine/search/small_net_test.h"

namespace antiphon::search::meaning_test {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

Document document(std::string id, std::string text) {
  return {.id = std::move(id), .texts = {std::move(text)}};
}

Index index_of(std::vector<Document> documents) {
  return Index::build({{"text", 1}}, documents, small_lexicon());
}

std::vector<std::string> ids(const Index& index, const Query& query) {
  std::vector<std::string> ids;
  for (const Hit& hit : index.search(query)) ids.push_back(hit.id);
  return ids;
}

TEST(Meaning, finds_what_shares_no_word_with_the_query) {  // E-50
  Index index = index_of({document("a", "a dripping tap"), document("b", "an animal")});
  EXPECT_THAT(ids(index, {.text = "that faucet", .confidence_min = confidence_fits}),
              ElementsAre("a"));
  EXPECT_THAT(ids(index, {.text = "mice", .confidence_min = confidence_fits}), ElementsAre("b"));
  EXPECT_THAT(ids(index, {.text = "quarterly tax", .confidence_min = 0.01}), IsEmpty());
}

TEST(Meaning, puts_the_word_itself_before_its_relatives) {  // E-50
  Index index = index_of({document("a", "faucet"), document("b", "tap"), document("c", "fitting")});
  EXPECT_THAT(ids(index, {.text = "tap"}), ElementsAre("b", "a", "c"));
}

TEST(Meaning, explains_each_share_of_the_score) {  // D-8, E-50
  Index index = index_of({document("a", "A tap for the farmer"), document("b", "an animal")});
  Hit hit = index.search({.text = "faucet farmer zebra"}).at(0);
  ASSERT_EQ(hit.id, "a");
  ASSERT_THAT(hit.matches, SizeIs(2));
  EXPECT_EQ(hit.matches[0].query_word, "faucet");
  EXPECT_EQ(hit.matches[0].document_word, "tap");
  EXPECT_EQ(hit.matches[0].relation, Relation::synonym);
  EXPECT_EQ(hit.matches[1].document_word, "farmer");
  EXPECT_EQ(hit.matches[1].relation, Relation::same);
  EXPECT_GT(hit.matches[0].share, 0);
  EXPECT_GT(hit.similarity, 0);
  EXPECT_THAT(hit.matches[0].share + hit.matches[1].share + hit.similarity_share,
              DoubleNear(hit.score, 1e-9));
  EXPECT_EQ(hit.confidence, hit.score);
}

// Only the strongest of what a term meets counts, so that a heap of relatives is no better.
TEST(Meaning, counts_one_word_of_a_document_for_a_term) {
  Index index = index_of({document("a", "beast mouse"), document("b", "animal mouse")});
  Hit beast = index.search({.text = "animals", .limit = 2}).at(1);
  ASSERT_EQ(beast.id, "a");
  ASSERT_THAT(beast.matches, SizeIs(1));
  EXPECT_EQ(beast.matches[0].document_word, "beast");
}

TEST(Meaning, filters_what_is_near_as_what_meets) {  // E-50
  Document tap = document("a", "tap");
  tap.facets = {{"owner", "me"}};
  Index index = index_of({tap, document("b", "tap"), document("c", "fitting")});
  EXPECT_THAT(ids(index, {.text = "faucet", .filters = {{"owner", {"me"}}}}), ElementsAre("a"));
}

TEST(Meaning, forgets_what_is_taken_out_and_follows_what_changes) {  // E-50
  Index index = index_of({document("a", "tap"), document("b", "tap")});
  index.remove("a");
  index.put(document("b", "animal"));
  EXPECT_THAT(ids(index, {.text = "faucet", .confidence_min = confidence_fits}), IsEmpty());
  EXPECT_THAT(ids(index, {.text = "mouse", .confidence_min = confidence_fits}), ElementsAre("b"));
}

TEST(Meaning, leaves_other_languages_to_their_stems) {
  Document tap = document("a", "tap");
  tap.language = text::Language::swedish;
  Index index = index_of({tap});
  Query query{.text = "tap", .language = text::Language::swedish};
  EXPECT_EQ(index.search(query).at(0).similarity, 0);
  EXPECT_EQ(index.search(query).at(0).confidence, 1);
  query.text = "faucet";
  EXPECT_THAT(ids(index, query), IsEmpty());
}

TEST(Meaning, looks_at_the_best_by_words_and_by_vectors) {
  std::vector<Document> documents;
  for (std::size_t i = 0; i < 2 * weighed_max; ++i) {
    documents.push_back(document(fmt::format("d{:03}", i), "farmer"));
  }
  documents.push_back(document("tap", "tap"));
  Index index = index_of(documents);
  EXPECT_THAT(ids(index, {.text = "farmer faucet", .limit = 1}), ElementsAre("tap"));
  EXPECT_THAT(ids(index, {.text = "farmer faucet", .limit = hits_max}),
              SizeIs(2 * weighed_max + 1));
}

}  // namespace
}  // namespace antiphon::search::meaning_test
