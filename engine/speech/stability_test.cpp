#include "engine/speech/stability.h"

#include <gtest/gtest.h>

#include <random>

namespace antiphon::speech {
namespace {

// Words of 200 ms each, one after the other.
std::vector<Word> words(const std::vector<std::string>& texts) {
  std::vector<Word> result;
  for (std::uint32_t at = 0; at < texts.size(); ++at) {
    result.push_back({.text = texts[at], .start_ms = at * 200, .end_ms = at * 200 + 200});
  }
  return result;
}

std::string text_of(const std::vector<Word>& all, std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += all[i].text + " ";
  return text;
}

TEST(StabilityTest, E40_a_word_is_stable_when_four_results_agree_on_it) {
  Stability stability;
  EXPECT_EQ(stability.hear(words({"the"})).firm, 0u);
  EXPECT_EQ(stability.hear(words({"the", "stork"})).firm, 0u);
  EXPECT_EQ(stability.hear(words({"the", "stock"})).firm, 0u);
  EXPECT_EQ(stability.hear(words({"the", "stock", "mark"})).firm, 1u);
  EXPECT_EQ(stability.hear(words({"the", "stock", "market"})).firm, 1u);
  EXPECT_EQ(stability.hear(words({"the", "stock", "market"})).firm, 2u);
}

TEST(StabilityTest, E40_a_stable_word_is_not_taken_back) {
  Stability stability;
  for (int i = 0; i < 4; ++i) stability.hear(words({"the", "stock"}));
  auto told = stability.hear(words({"a", "stork", "market"}));
  EXPECT_EQ(told.firm, 2u);
  EXPECT_EQ(text_of(told.words, told.words.size()), "the stock market ");
  told = stability.hear({});
  EXPECT_EQ(text_of(told.words, told.words.size()), "the stock ");
}

TEST(StabilityTest, words_behind_a_contradiction_become_stable_by_their_time) {
  Stability stability;
  for (int i = 0; i < 4; ++i) stability.hear(words({"the", "stock"}));
  Stability::Told told;
  // One word where two were told as stable: the next begins where those end.
  std::vector<Word> other{{.text = "this-talk", .start_ms = 0, .end_ms = 400},
                          {.text = "fell", .start_ms = 400, .end_ms = 700}};
  for (int i = 0; i < 4; ++i) told = stability.hear(other);
  EXPECT_EQ(text_of(told.words, told.words.size()), "the stock fell ");
  EXPECT_EQ(told.firm, 3u);
}

// Whatever a recogniser says: what was told as stable is the beginning of all that is told later.
TEST(StabilityTest, E40_no_sequence_of_results_takes_a_stable_word_back) {
  for (unsigned seed = 1; seed <= 500; ++seed) {
    std::minstd_rand random(seed);
    auto below = [&](unsigned limit) { return static_cast<unsigned>(random()) % limit; };
    Stability stability;
    std::vector<std::string> texts;
    std::string firm;
    std::size_t firm_count = 0;
    for (int step = 0; step < 60; ++step) {
      if (below(3) == 0) texts.push_back(std::string(1, static_cast<char>('a' + below(4))));
      if (!texts.empty() && below(5) == 0) texts[below(unsigned(texts.size()))] = "z";
      if (!texts.empty() && below(9) == 0) texts.pop_back();
      auto told = stability.hear(words(texts));
      ASSERT_GE(told.firm, firm_count) << seed;
      ASSERT_TRUE(text_of(told.words, told.firm).starts_with(firm)) << seed;
      firm = text_of(told.words, told.firm);
      firm_count = told.firm;
    }
  }
}

}  // namespace
}  // namespace antiphon::speech
