#include "engine/remote_speech/local_agreement.h"

#include <gtest/gtest.h>

#include "engine/base/random.h"
#include "engine/remote_speech/written_words.h"

// E-40: what hypotheses over a growing utterance agree on.

namespace antiphon::remote_speech {
namespace {

using speech::Word;

// "the cat | sat": words of 400 ms; what follows the bar is not firm.
std::vector<Word> words(const std::string& text, std::uint32_t begin_ms = 0) {
  std::vector<Word> all;
  for (const std::string& word : split_written(text, "en")) {
    all.push_back({.text = word, .start_ms = begin_ms, .end_ms = begin_ms + 400});
    begin_ms += 400;
  }
  return all;
}

std::string shown(const LocalAgreement::Told& told) {
  std::string text;
  for (std::size_t i = 0; i <= told.words.size(); ++i) {
    if (i == told.firm) text += text.empty() ? "|" : " |";
    if (i < told.words.size()) text += (text.empty() ? "" : " ") + told.words[i].text;
  }
  return text;
}

TEST(LocalAgreementTest, E40_a_word_is_firm_once_two_hypotheses_in_a_row_agree_on_it) {
  LocalAgreement agreement;
  EXPECT_EQ(shown(agreement.hear(words("the cut"))), "| the cut");
  EXPECT_EQ(shown(agreement.hear(words("the cat sat"))), "the | cat sat");
  EXPECT_EQ(shown(agreement.hear(words("the cat sad on"))), "the cat | sad on");
  EXPECT_EQ(shown(agreement.hear(words("the cat sat on"))), "the cat | sat on")
      << "agreement with the hypothesis before the last one is none";
  EXPECT_EQ(shown(agreement.hear(words("the cat sat on a"))), "the cat sat on | a");
}

TEST(LocalAgreementTest, words_agree_whatever_their_case_and_punctuation) {
  LocalAgreement agreement;
  agreement.hear(words("Well, the Straße."));
  EXPECT_EQ(shown(agreement.hear(words("well the STRASSE, is"))), "well the STRASSE, | is");
}

TEST(LocalAgreementTest, a_firm_word_stays_as_it_was_told) {
  LocalAgreement agreement;
  agreement.hear(words("two cats"));
  EXPECT_EQ(shown(agreement.hear(words("two cats sat"))), "two cats | sat");
  EXPECT_EQ(shown(agreement.hear(words("Two cats sat down"))), "two cats sat | down");
  EXPECT_EQ(shown(agreement.hear(words("too hats sat down here"))), "two cats sat down | here")
      << "what comes behind is agreed on all the same";
}

TEST(LocalAgreementTest, a_hypothesis_with_other_words_is_followed_by_time) {
  LocalAgreement agreement;
  agreement.hear(words("one two three"));
  agreement.hear(words("one two three"));
  // It lost a word, so that its third one lies where the firm ones had their fourth.
  std::vector<Word> other = words("one twothree", 200);
  other.push_back({.text = "four", .start_ms = 1200, .end_ms = 1600});
  EXPECT_EQ(shown(agreement.hear(other)), "one two three | four");
  EXPECT_EQ(shown(agreement.hear(words("one two three four five"))), "one two three four | five");
}

TEST(LocalAgreementTest, an_empty_hypothesis_takes_nothing_back) {
  LocalAgreement agreement;
  agreement.hear(words("yes we"));
  agreement.hear(words("yes we can"));
  EXPECT_EQ(shown(agreement.hear({})), "yes we |");
  EXPECT_EQ(shown(agreement.hear(words("yes we can"))), "yes we | can");
}

TEST(LocalAgreementTest, E40_whatever_comes_firm_words_only_grow) {
  SeededRandom random(7);
  for (int utterance = 0; utterance < 500; ++utterance) {
    LocalAgreement agreement;
    std::vector<Word> firm;
    for (int i = 0; i < 12; ++i) {
      std::string text;
      for (auto left = random.below(6); left > 0; --left) {
        text += std::string(1, static_cast<char>('a' + random.below(3))) + ' ';
      }
      auto told = agreement.hear(words(text, static_cast<std::uint32_t>(random.below(900))));
      ASSERT_GE(told.firm, firm.size());
      ASSERT_LE(told.firm, told.words.size());
      for (std::size_t k = 0; k < firm.size(); ++k) ASSERT_EQ(told.words[k], firm[k]);
      firm.assign(told.words.begin(), told.words.begin() + static_cast<long>(told.firm));
    }
  }
}

}  // namespace
}  // namespace antiphon::remote_speech
