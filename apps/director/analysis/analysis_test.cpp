#include "apps/director/analysis/analysis.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace antiphon::director {
namespace {

using ::testing::ElementsAre;

TEST(Analysis, finds_topic_feeling_and_what_can_be_seen) {  // D-2
  Analysis analysis = analyse({.text = "The football team won the championship last night"});
  EXPECT_EQ(analysis.topic, "football");
  EXPECT_EQ(analysis.sentiment, Sentiment::positive);
  EXPECT_THAT(analysis.visual_concepts, ::testing::Contains("championship"));
  EXPECT_NE(analysis.query.find("football"), std::string::npos);
}

TEST(Analysis, leaves_out_what_is_negated) {
  Analysis analysis = analyse({.text = "This is not about cars, it is about bicycles"});
  EXPECT_THAT(analysis.visual_concepts, ElementsAre("bicycles"));
  EXPECT_EQ(analysis.topic, "cycling");
  EXPECT_EQ(analyse({.text = "no rockets but mountains"}).query, "mountains");
}

TEST(Analysis, a_negation_ends_where_the_next_clause_begins) {  // D-7
  auto query = [](std::string text) { return analyse({.text = std::move(text)}).query; };
  EXPECT_EQ(query("this is not about horses it is about tractors"), "tractors") << "no comma";
  EXPECT_EQ(query("instead of a hammer he used a stone"), "used stone");
  EXPECT_EQ(query("she would rather paint a wall than wash a window"), "paint wall");
  EXPECT_EQ(query("everything was blue except the door"), "everything blue");
  EXPECT_EQ(query("neither trumpets nor drums"), "");
  EXPECT_EQ(query("forget the lake"), "");
  EXPECT_EQ(query("not only trains but also trams"), "trains trams") << "denies nothing";
  EXPECT_EQ(query("no ladders today, and my ladders are old"), "old") << "negated once";
}

TEST(Analysis, feels_phrases_and_degrees) {  // D-6
  auto feel = [](std::string text) { return analyse({.text = std::move(text)}).sentiment; };
  EXPECT_EQ(feel("I cannot wait to see you"), Sentiment::positive);
  EXPECT_EQ(feel("we are fed up with this"), Sentiment::negative);
  EXPECT_EQ(feel("they could not be happier"), Sentiment::positive);
  EXPECT_EQ(feel("the nicest people"), Sentiment::positive);
  EXPECT_EQ(feel("it is not good"), Sentiment::negative);
  EXPECT_EQ(feel("good morning, the bus stops here"), Sentiment::neutral);
}

TEST(Analysis, negation_turns_a_feeling_round) {
  EXPECT_EQ(analyse({.text = "the launch was a failure"}).sentiment, Sentiment::negative);
  EXPECT_EQ(analyse({.text = "the launch was not a failure"}).sentiment, Sentiment::positive);
  EXPECT_EQ(analyse({.text = "the launch was at noon"}).sentiment, Sentiment::neutral);
}

TEST(Analysis, has_nothing_to_show_for_small_talk) {
  EXPECT_EQ(analyse({.text = "well, um, I just think so"}).query, "");
  EXPECT_EQ(analyse({.text = ""}).query, "");
}

TEST(Analysis, keeps_the_newest_words_of_a_long_stretch) {
  std::string text =
      "alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima mike";
  Analysis analysis = analyse({.text = text});
  EXPECT_EQ(analysis.visual_concepts.size(), 12u);
  EXPECT_EQ(analysis.visual_concepts.front(), "bravo");
}

TEST(Analysis, feels_in_swedish_too) {
  EXPECT_EQ(analyse({.text = "det var inte bra", .language = "sv-SE"}).sentiment,
            Sentiment::negative);
}

}  // namespace
}  // namespace antiphon::director
