#include "apps/director/retrieval/retrieval.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace antiphon::director {
namespace {

using ::testing::DoubleEq;
using ::testing::ElementsAre;

Retrieved query(std::string kind, std::vector<std::string> expected, std::vector<Offer> offers) {
  return {.text = "words",
          .kind = std::move(kind),
          .expected = std::move(expected),
          .offers = std::move(offers),
          .line = 1};
}

TEST(Retrieval, counts_the_first_three_above_the_threshold) {  // D-6
  Retrieved third = query("lexical", {"sea"}, {{"a", 0.9}, {"b", 0.8}, {"sea", 0.5}, {"c", 0.4}});
  EXPECT_TRUE(is_found(third, 0.5));
  EXPECT_FALSE(is_found(third, 0.51));
  Retrieved fourth = query("lexical", {"c"}, third.offers);
  EXPECT_FALSE(is_found(fourth, 0));
  EXPECT_DOUBLE_EQ(reciprocal_rank(third), 1.0 / 3);
  EXPECT_DOUBLE_EQ(reciprocal_rank(fourth), 0.25);
  EXPECT_DOUBLE_EQ(reciprocal_rank(query("lexical", {"d"}, third.offers)), 0);
}

TEST(Retrieval, refuses_only_when_nothing_is_sure_enough) {
  EXPECT_TRUE(is_refused(query("nothing", {}, {}), 0));
  EXPECT_TRUE(is_refused(query("nothing", {}, {{"a", 0.29}}), 0.3));
  EXPECT_FALSE(is_refused(query("nothing", {}, {{"a", 0.29}, {"b", 0.3}}), 0.3));
}

TEST(Retrieval, figures_curve_and_misses_agree) {  // D-6, E-37
  std::vector<Retrieved> all{query("lexical", {"sea"}, {{"sea", 0.9}}),
                             query("inflected", {"sea", "lake"}, {{"lake", 0.6}}),
                             query("paraphrase", {"sea"}, {{"sea", 0.2}}),
                             query("nothing", {}, {{"sea", 0.4}}), query("nothing", {}, {})};
  eval::Side side = judge_retrieval(all, 0.5);
  std::vector<double> values;
  for (const eval::Figure& figure : side.figures) values.push_back(figure.value);
  EXPECT_THAT(values, ElementsAre(DoubleEq(2.0 / 3), 1, 0, 1, 1, 1, 1));
  ASSERT_EQ(side.tables.size(), 1u);
  EXPECT_THAT(side.tables[0].rows.front(), ElementsAre(0, 1, 1, 1, 0.5));
  EXPECT_THAT(side.tables[0].rows.back(), ElementsAre(1, 0, 0, 0, 1));
  ASSERT_EQ(side.misses.size(), 1u);
  EXPECT_EQ(side.misses[0].given, "sea 0.20 (refused)");
  EXPECT_EQ(judge_retrieval(all, 0.3).misses.size(), 2u);
}

}  // namespace
}  // namespace antiphon::director
