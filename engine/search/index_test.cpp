#include "engine/search/index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/base/error.h"

namespace antiphon::search {
namespace {

using testing::DoubleEq;
using testing::ElementsAre;
using testing::IsEmpty;
using text::Language;

const std::vector<Field> clip_fields = {{"title", 3}, {"description", 1}, {"tags", 2}};

Document clip(std::string id, std::string title, std::string description = "",
              std::string tags = "") {
  return {.id = std::move(id),
          .texts = {std::move(title), std::move(description), std::move(tags)}};
}

std::vector<std::string> ids(const Index& index, const Query& query) {
  std::vector<std::string> ids;
  for (const Hit& hit : index.search(query)) ids.push_back(hit.id);
  return ids;
}

std::vector<std::string> ids(const Index& index, std::string text) {
  return ids(index, Query{.text = std::move(text)});
}

Index index_of(std::vector<Document> documents) { return Index::build(clip_fields, documents); }

TEST(Index, finds_inflections_in_english) {  // E-50
  Index index = index_of({clip("a", "Stock markets crash"), clip("b", "Cooking pasta")});
  EXPECT_THAT(ids(index, "the market crashed"), ElementsAre("a"));
  EXPECT_THAT(ids(index, "how she cooks"), ElementsAre("b"));
}

TEST(Index, finds_inflections_in_swedish) {  // E-50
  Document cars = clip("a", "Bilarna kör på vägen");
  cars.language = Language::swedish;
  Index index = index_of({cars});
  EXPECT_THAT(ids(index, {.text = "en bil", .language = Language::swedish}), ElementsAre("a"));
}

TEST(Index, lets_the_title_outweigh_the_description) {
  Index index = index_of({clip("a", "city", "harbour"), clip("b", "harbour", "city")});
  EXPECT_THAT(ids(index, "harbour"), ElementsAre("b", "a"));
  EXPECT_THAT(ids(index, "city"), ElementsAre("a", "b"));
}

TEST(Index, orders_equal_scores_by_id) {
  Index index = index_of({clip("c", "harbour"), clip("a", "harbour"), clip("b", "harbour")});
  EXPECT_THAT(ids(index, "harbour"), ElementsAre("a", "b", "c"));
  EXPECT_THAT(ids(index, {.text = "harbour", .limit = 2}), ElementsAre("a", "b"));
  EXPECT_THAT(ids(index, {.text = "harbour", .limit = 0}), IsEmpty());
}

TEST(Index, shows_a_document_as_soon_as_it_is_put) {  // E-50
  Index index(clip_fields);
  EXPECT_THAT(ids(index, "harbour"), IsEmpty());
  index.put(clip("a", "harbour"));
  EXPECT_THAT(ids(index, "harbour"), ElementsAre("a"));
}

TEST(Index, replaces_and_removes_by_id) {
  Index index = index_of({clip("a", "harbour"), clip("b", "harbour wall")});
  index.put(clip("a", "forest"));
  EXPECT_EQ(index.size(), 2u);
  EXPECT_THAT(ids(index, "harbour"), ElementsAre("b"));
  EXPECT_THAT(ids(index, "forest"), ElementsAre("a"));
  EXPECT_TRUE(index.remove("b"));
  EXPECT_FALSE(index.remove("b"));
  EXPECT_THAT(ids(index, "harbour"), IsEmpty());
  index.put(clip("c", "forest harbour"));
  EXPECT_THAT(ids(index, "forest"), ElementsAre("a", "c"));
  EXPECT_EQ(index.find("b"), nullptr);
  EXPECT_EQ(index.find("c")->texts[0], "forest harbour");
}

TEST(Index, keeps_the_last_of_twins) {
  Index index = index_of({clip("a", "harbour"), clip("b", "wall"), clip("a", "forest")});
  EXPECT_EQ(index.size(), 2u);
  EXPECT_THAT(ids(index, "harbour"), IsEmpty());
  EXPECT_THAT(ids(index, "forest"), ElementsAre("a"));
}

TEST(Index, is_a_value_whose_copies_do_not_see_later_changes) {
  auto before = std::make_shared<Index>(index_of({clip("a", "harbour"), clip("b", "forest")}));
  std::shared_ptr<const Document> document = before->find("a");
  Index after = *before;
  after.remove("a");
  after.put(clip("c", "harbour at night"));
  EXPECT_THAT(ids(*before, "harbour"), ElementsAre("a"));
  EXPECT_THAT(ids(after, "harbour"), ElementsAre("c"));
  before.reset();
  EXPECT_EQ(document->texts[0], "harbour");
  EXPECT_THAT(ids(after, "forest"), ElementsAre("b"));
}

TEST(Index, is_searched_by_many_threads_at_once) {
  Index index = index_of({clip("a", "harbour"), clip("b", "harbour wall")});
  std::atomic<int> right = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        for (int k = 0; k < 50; ++k) right += index.search({.text = "harbour"}).size() == 2;
      });
    }
  }
  EXPECT_EQ(right, 200);
}

TEST(Index, filters_by_facets) {  // E-50
  Document wide = clip("a", "harbour");
  wide.facets = {
      {"orientation", "landscape"}, {"owner", "me"}, {"topic", "sea"}, {"topic", "city"}};
  Document tall = clip("b", "harbour");
  tall.facets = {{"orientation", "portrait"}, {"owner", "me"}};
  Index index = index_of({wide, tall, clip("c", "harbour")});
  auto with = [&](std::vector<Filter> filters) {
    return ids(index, {.text = "harbour", .filters = std::move(filters)});
  };
  EXPECT_THAT(with({}), ElementsAre("a", "b", "c"));
  EXPECT_THAT(with({{"orientation", {"portrait"}}}), ElementsAre("b"));
  EXPECT_THAT(with({{"orientation", {"portrait", "landscape"}}}), ElementsAre("a", "b"));
  EXPECT_THAT(with({{"topic", {"city"}}, {"owner", {"me"}}}), ElementsAre("a"));
  EXPECT_THAT(with({{"orientation", {}}}), IsEmpty());
  EXPECT_THAT(with({{"owner", {"ME"}}}), IsEmpty());
}

TEST(Index, explains_which_word_met_which) {  // D-8
  Index index = index_of({clip("a", "Harbour", "Ships in the harbours", "ship, sea")});
  Hit hit = index.search({.text = "Shipping near a harbour"}).at(0);
  std::vector<std::string> told;
  for (const Match& match : hit.matches) {
    told.push_back(fmt::format("{}={} {}:{}-{}", match.query_word, match.document_word, match.field,
                               match.begin, match.end));
  }
  EXPECT_THAT(told, ElementsAre("harbour=Harbour 0:0-7", "Shipping=Ships 1:0-5",
                                "harbour=harbours 1:13-21", "Shipping=ship 2:0-4"));
}

TEST(Index, is_sure_of_what_covers_the_query_and_unsure_of_the_rest) {  // D-7, E-50
  Index index = index_of({clip("a", "harbour wall"), clip("b", "harbour"), clip("c", "forest")});
  EXPECT_THAT(index.search({.text = "harbour wall"}).at(0).confidence, DoubleEq(1));
  double common = index.search({.text = "harbour zebra"}).at(0).confidence;
  double rare = index.search({.text = "forest zebra"}).at(0).confidence;
  EXPECT_LT(common, rare);
  EXPECT_LT(rare, 0.5);  // the unknown word weighs most
  // By the formula: harbour in 2 of 3 documents, zebra in none.
  double harbour = std::log(1 + 1.5 / 2.5);
  double zebra = std::log(1 + 3.5 / 0.5);
  EXPECT_DOUBLE_EQ(common, harbour / (harbour + zebra));
}

TEST(Index, finds_nothing_when_nothing_fits) {  // D-7, E-50
  Index index = index_of({clip("a", "harbour wall"), clip("b", "forest")});
  EXPECT_THAT(ids(index, "quarterly tax return"), IsEmpty());
  EXPECT_THAT(ids(index, "so it was what it is"), IsEmpty());
  Query vague{.text = "harbour quarterly tax return", .confidence_min = 0.4};
  EXPECT_THAT(ids(index, vague), IsEmpty());
  vague.confidence_min = 0;
  EXPECT_THAT(ids(index, vague), ElementsAre("a"));
}

TEST(Index, reads_unicode_in_every_form) {
  Index index = index_of({clip("a", "Smo\u0308rga\u030as \U0001f35e"), clip("b", "東京の夜景")});
  EXPECT_THAT(ids(index, "SMÖRGÅS"), ElementsAre("a"));
  EXPECT_THAT(ids(index, "夜景"), ElementsAre("b"));
}

TEST(Index, bears_empty_huge_and_broken_queries) {
  Index index = index_of({clip("a", "harbour\xff wall"), clip("b", "")});
  EXPECT_THAT(ids(index, ""), IsEmpty());
  EXPECT_THAT(ids(index, "\xff\xfe\xc0\xaf\xed\xa0\x80"), IsEmpty());
  EXPECT_THAT(ids(index, "\xffharbour\xff"), ElementsAre("a"));
  EXPECT_THAT(ids(index, std::string("harbour\0wall", 12)), ElementsAre("a"));
  EXPECT_THAT(ids(index, std::string(query_bytes_max, 'x')), IsEmpty());
  EXPECT_THROW(ids(index, std::string(query_bytes_max + 1, ' ')), Error);
}

TEST(Index, looks_at_a_bounded_number_of_terms_and_matches) {
  std::string query;
  for (std::size_t i = 0; i < query_terms_max; ++i) query += fmt::format("word{} ", i);
  std::string many;
  for (std::size_t i = 0; i < 2 * matches_max; ++i) many += "harbour ";
  Index index = index_of({clip("a", many)});
  EXPECT_THAT(ids(index, query + "harbour"), IsEmpty());
  EXPECT_EQ(index.search({.text = "harbour"}).at(0).matches.size(), matches_max);
}

Code code_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const Error& error) {
    return error.code();
  }
  return Code::internal;
}

TEST(Index, refuses_what_it_cannot_hold_and_stays_as_it_was) {
  Index index = index_of({clip("a", "harbour")});
  Document crowded = clip("d", "");
  crowded.facets.resize(facets_max + 1);
  auto put = [&](Document document) {
    return code_of([&] { index.put(std::vector{clip("a", "forest"), std::move(document)}); });
  };
  EXPECT_EQ(put(clip("", "no id")), Code::invalid);
  EXPECT_EQ(put({.id = "b", .texts = {"one text"}}), Code::invalid);
  EXPECT_EQ(put(clip("c", std::string(document_bytes_max, 'x'))), Code::too_large);
  EXPECT_EQ(put(crowded), Code::too_large);
  EXPECT_EQ(index.size(), 1u);
  EXPECT_THAT(ids(index, "harbour"), ElementsAre("a"));
}

TEST(Index, refuses_fields_that_mean_nothing) {
  auto make = [](std::vector<Field> fields) {
    return code_of([&] { Index index(std::move(fields)); });
  };
  EXPECT_EQ(make({}), Code::invalid);
  EXPECT_EQ(make(std::vector<Field>(fields_max + 1)), Code::invalid);
  EXPECT_EQ(make({{"title", 0}}), Code::invalid);
  EXPECT_EQ(make({{"title", -1}}), Code::invalid);
  EXPECT_EQ(make({{"title", std::nan("")}}), Code::invalid);
}

}  // namespace
}  // namespace antiphon::search
