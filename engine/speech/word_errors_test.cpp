#include "engine/speech/word_errors.h"

#include <gtest/gtest.h>

#include <random>

namespace antiphon::speech {
namespace {

TEST(WordErrors, E97_substitutions_deletions_and_insertions_are_told_apart) {
  auto edits = count_word_edits("the stock market crashed today", "the stork market crashed");
  EXPECT_EQ(edits, (Edits{.substitutions = 1, .deletions = 1, .insertions = 0, .reference = 5}));
  EXPECT_DOUBLE_EQ(edits.rate(), 0.4);
  edits = count_word_edits("new engineers", "a new engine years");
  EXPECT_EQ(edits, (Edits{.substitutions = 1, .deletions = 0, .insertions = 2, .reference = 2}));
}

TEST(WordErrors, case_and_punctuation_do_not_count) {
  EXPECT_EQ(count_word_edits("Well, it's HERE!", "well it's here").errors(), 0);
  EXPECT_EQ(words_to_compare("  \"A-B\"  c. "), (std::vector<std::string>{"a", "b", "c"}));
}

TEST(WordErrors, nothing_said_or_heard_is_no_division_by_zero) {
  EXPECT_EQ(count_word_edits("", "").rate(), 0);
  EXPECT_EQ(count_word_edits("", "noise").rate(), 1);
  EXPECT_EQ(count_word_edits("some words", "").rate(), 1);
  EXPECT_EQ(count_word_edits("one", "a b c").rate(), 3);
}

TEST(WordErrors, E97_characters_are_those_of_people) {
  auto edits = count_character_edits("träd går", "trad går");
  EXPECT_EQ(edits, (Edits{.substitutions = 1, .deletions = 0, .insertions = 0, .reference = 8}));
  EXPECT_EQ(count_character_edits("abc", "abc d").insertions, 2) << "the blank counts, too";
}

// The number of edits is a distance, whatever is compared.
TEST(WordErrors, E97_the_least_edits_are_found) {
  for (unsigned seed = 1; seed <= 300; ++seed) {
    std::minstd_rand random(seed);
    auto make = [&] {
      std::string text;
      for (auto count = random() % 7; count > 0; --count)
        text += std::string(1, "abc"[random() % 3]) + " ";
      return text;
    };
    std::string a = make(), b = make(), c = make();
    auto distance = [](const auto& x, const auto& y) { return count_word_edits(x, y).errors(); };
    EXPECT_EQ(distance(a, b), distance(b, a));
    EXPECT_EQ(distance(a, a), 0);
    EXPECT_LE(distance(a, c), distance(a, b) + distance(b, c));
    auto edits = count_word_edits(a, b);
    auto words = [](const auto& x) { return std::int64_t(words_to_compare(x).size()); };
    EXPECT_EQ(words(a) - edits.deletions + edits.insertions, words(b));
  }
}

}  // namespace
}  // namespace antiphon::speech
