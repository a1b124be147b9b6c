#include "apps/director/chart/choose_chart.h"

#include <gtest/gtest.h>

#include "engine/schema/json.h"

namespace antiphon::director {
namespace {

// "bar percent: sales=20", or "" for no chart.
std::string drawn(std::string_view text) {
  auto chart = choose_chart(text);
  if (!chart) return "";
  std::string line = schema::to_json(chart->kind);
  line = line.substr(1, line.size() - 2);
  if (!chart->unit.empty()) line += " " + chart->unit;
  line += ":";
  for (const ChartPoint& point : chart->points) {
    line += fmt::format(" {}={}{};", point.label, point.is_about ? "~" : "", point.value);
  }
  line.pop_back();
  return line;
}

TEST(Chart, draws_a_change) {  // D-5
  EXPECT_EQ(drawn("Sales grew by 20 percent"), "bar percent: Sales=20");
  EXPECT_EQ(drawn("sales grew by twenty percent in nineteen ninety nine"), "bar percent: sales=20");
  EXPECT_EQ(drawn("Crime in the city fell by thirty two percent."),
            "bar percent: Crime in the city=-32");
  EXPECT_EQ(drawn("Our costs are down eight percent"), "bar percent: Our costs=-8");
  EXPECT_EQ(drawn("We cut emissions by a quarter"), "") << "a quarter of what is not a measure";
  EXPECT_EQ(drawn("We cut our emissions by 15%"), "bar percent: our emissions=-15");
  EXPECT_EQ(drawn("There was a five percent rise in rents"), "bar percent: rents=5");
  EXPECT_EQ(drawn("An increase of nine percent in wages"), "bar percent: wages=9");
  EXPECT_EQ(drawn("The sea level rose about three millimetres"), "");
  EXPECT_EQ(drawn("The river rose by about three metres"), "bar metres: river=~3");
  EXPECT_EQ(drawn("The fund lost four million euros over two years"), "bar euros: fund=-4000000");
  EXPECT_EQ(drawn("Stocks jumped almost six percent yesterday"), "bar percent: Stocks=~6");
}

TEST(Chart, draws_from_and_to) {  // D-5
  EXPECT_EQ(drawn("from 3 to 5 million in 2024"), "bar: from=3000000; to=5000000");
  EXPECT_EQ(drawn("Our audience grew from three to five million"), "bar: from=3000000; to=5000000");
  EXPECT_EQ(drawn("It went from twenty to thirty percent"), "bar percent: from=20; to=30");
  EXPECT_EQ(drawn("The rent rose from 800 euros in 2015 to 1,100 euros in 2020"),
            "line euros: 2015=800; 2020=1100");
  EXPECT_EQ(drawn("Between twenty ten and twenty twenty the number fell from ninety to forty"),
            "line: 2010=90; 2020=40");
  EXPECT_EQ(drawn("It fell to five dollars from eight"), "bar dollars: from=8; to=5");
  EXPECT_EQ(drawn("The shop is open from nine to five"), "");
  EXPECT_EQ(drawn("It rose from 900 to 1.2 million"), "") << "900 or 900 million";
  EXPECT_EQ(drawn("It rose from two to three hundred"), "") << "two or two hundred";
  EXPECT_EQ(drawn("The price went from three dollars fifty to four dollars"),
            "bar dollars: from=3.5; to=4");
}

TEST(Chart, draws_so_many_points_and_no_more) {
  std::string list = "Bananas cost 2 dollars";
  std::size_t points = 1;
  for (const char* fruit : {"mangos", "apples", "pears", "plums", "grapes", "lemons", "limes",
                            "cherries", "peaches", "kiwis", "melons"}) {
    list += fmt::format(", {} {}", fruit, ++points + 2);
  }
  ASSERT_EQ(points, chart_points_max);
  EXPECT_NE(drawn(list), "");
  EXPECT_EQ(drawn(list + ", berries 20"), "");
}

TEST(Chart, draws_a_list) {  // D-5
  EXPECT_EQ(drawn("sixty percent cats, thirty dogs, ten others"),
            "pie percent: cats=60; dogs=30; others=10");
  EXPECT_EQ(drawn("Bananas cost 2 dollars, mangos 4"), "bar dollars: Bananas=2; mangos=4");
  EXPECT_EQ(drawn("bananas cost two dollars and mangos cost four"),
            "bar dollars: bananas=2; mangos=4");
  EXPECT_EQ(drawn("We have 20 cows, 10 goats and 5 horses"), "bar: cows=20; goats=10; horses=5");
  EXPECT_EQ(drawn("In Rome the tickets are ten euros, in Milan twelve and in Turin eight"),
            "bar euros: Rome the tickets=10; Milan=12; Turin=8");
  EXPECT_EQ(drawn("forty percent take the tram and sixty percent walk"),
            "pie percent: take the tram=40; walk=60");
  EXPECT_EQ(drawn("forty percent take the tram sixty percent walk"),
            "pie percent: take the tram=40; walk=60")
      << "speech has no commas";
  EXPECT_EQ(drawn("Spain has 12% unemployment and Greece 15%"), "bar percent: Spain=12; Greece=15");
  EXPECT_EQ(drawn("The blue car is 30,000 dollars versus 25,000 for the red one"), "");
  EXPECT_EQ(drawn("The stock is up 3.4% today and down 12% this year"), "") << "which way?";
  EXPECT_EQ(drawn("Wages fell by four percent while prices rose by seven percent"), "");
  EXPECT_EQ(drawn("A quarter goes to rent, half to food and the last quarter to savings"), "");
  EXPECT_EQ(drawn("It has a five star rating and a two year warranty"), "");
  EXPECT_EQ(drawn("Women earn eighty six percent of what men earn"), "");
  EXPECT_EQ(drawn("The budget is forty percent rent thirty percent food and thirty percent fun"),
            "pie percent: rent=40; food=30; fun=30");
  EXPECT_EQ(drawn("two teachers teach thirty children"), "");
  EXPECT_EQ(drawn("we sold 20 cars for 3 million dollars"), "");
  EXPECT_EQ(drawn("profits were five million in june and three in july"), "")
      << "three or three million";
}

TEST(Chart, draws_a_series_over_time) {  // D-5
  EXPECT_EQ(drawn("in 2020 we had 3 million users, in 2021 4 million and in 2022 6 million"), "")
      << "2021 and 4 million touch";
  EXPECT_EQ(drawn("We had 3 million users in 2020, 4 million in 2021 and 6 million in 2022"),
            "line users: 2020=3000000; 2021=4000000; 2022=6000000");
  EXPECT_EQ(drawn("we had thirty members in april forty in may and sixty in june"),
            "line members: april=30; may=40; june=60");
  EXPECT_EQ(drawn("We made two million in the first quarter and three million in the second"),
            "line: first quarter=2000000; second=3000000");
  EXPECT_EQ(drawn("Turnover: $5m in Q1, $6m in Q2"), "line dollars: Q1=5000000; Q2=6000000");
  EXPECT_EQ(drawn("It was ten degrees on monday and fifteen on tuesday"),
            "line degrees: monday=10; tuesday=15");
  EXPECT_EQ(drawn("We had nine million last year and ten million this year"),
            "bar: last year=9000000; this year=10000000");
}

TEST(Chart, draws_a_share) {  // D-5
  EXPECT_EQ(drawn("A third of the food is wasted"), "pie percent: wasted=33.33333333333333");
  EXPECT_EQ(drawn("forty percent of adults have a dog"), "pie percent: dog=40");
  EXPECT_EQ(drawn("Two in three children eat breakfast"),
            "pie percent: children eat breakfast=66.66666666666666");
  EXPECT_EQ(drawn("Tourism makes up 12% of the economy"), "pie percent: Tourism=12");
  EXPECT_EQ(drawn("Eighty percent agree"), "pie percent: agree=80");
  EXPECT_EQ(drawn("We open in five of ten cities"), "");
  EXPECT_EQ(drawn("Take 20 percent off"), "");
}

TEST(Chart, never_draws_what_is_denied_asked_or_supposed) {  // D-5
  for (std::string_view text :
       {"Sales did not grow by 20 percent", "sales never grew by 20 percent",
        "Nobody says that sales grew by 20 percent", "It is a myth that sales grew by 20 percent",
        "It isn't true that sales grew by 20 percent",
        "If sales grew by 20 percent we would be fine", "Did sales grow by 20 percent?",
        "did sales grow by twenty percent", "Sales will grow by 20 percent",
        "We hope that sales grew by 20 percent", "Maybe sales grew by 20 percent",
        "Imagine sixty percent cats, thirty dogs, ten others",
        "Prices could go from 3 to 5 dollars", "She'd say a third of the food is wasted"}) {
    EXPECT_EQ(drawn(text), "") << text;
  }
  EXPECT_EQ(drawn("Forty percent said no and sixty percent said yes"),
            "pie percent: no=40; yes=60");
  EXPECT_EQ(drawn("In May sales grew by 20 percent"), "bar percent: sales=20");
}

TEST(Chart, never_draws_a_bound_a_range_or_a_number_it_cannot_place) {  // D-5
  for (std::string_view text :
       {"Sales grew by more than 20 percent", "Sales grew by at least 20 percent",
        "up to 20 percent of us agree", "over 20 percent of us agree",
        "Sales grew by 10 to 20 percent", "Sales grew by 10-20 percent",
        "between ten and twenty percent of us agree", "twenty or thirty percent of us agree",
        "Sales grew by 3,5 percent", "Sales grew by hundred and five percent",
        "Sales grew by 20 percent at 18:45", "we won three to one", "Room 12 has 30 chairs",
        "the meeting is at ten thirty", "Chapter 3 is on page 70", "Episode 4 runs on channel 9",
        "20 percent"}) {
    EXPECT_EQ(drawn(text), "") << text;
  }
}

TEST(Chart, is_of_the_newest_sentence_that_has_one) {
  EXPECT_EQ(drawn("Sales grew by 20 percent. Costs fell by 5 percent. That is good."),
            "bar percent: Costs=-5");
  EXPECT_EQ(drawn(""), "");
}

TEST(Chart, says_the_words_of_each_number) {
  auto chart = choose_chart("About a third of the food is wasted");
  ASSERT_TRUE(chart);
  EXPECT_EQ(chart->points[0].said, "About a third");
  EXPECT_TRUE(chart->points[0].is_about);
}

}  // namespace
}  // namespace antiphon::director
