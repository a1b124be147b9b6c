#include "engine/simulate/model_checker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

// Who judges models is judged: each rule is broken once, and a good turn breaks none (E-28, E-30,
// E-33, E-34, E-39).

namespace antiphon::simulate {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const Timestamp start = parse_rfc3339("2026-03-01T08:00:00Z");
constexpr const char* words = "rain came";

Said right() {
  return {.words = words,
          .text = R"({"query":"rain"})",
          .is_right = true,
          .is_whole = true,
          .sentiment = "neutral",
          .query = "rain",
          .usage = {.tokens_in = 100, .tokens_out = 10}};
}
Said wrong() {
  Said said = right();
  said.text = "no";
  said.is_right = false;
  return said;
}

class ModelCheckerTest : public ::testing::Test {
 protected:
  void hear() { checker.on_heard(turn("")); }
  void ask(std::uint64_t number, std::string shown = "", Timestamp::duration after = 0ms) {
    checker.on_asked({.number = number,
                      .provider = "openai",
                      .turn = "trace",
                      .words = words,
                      .shown = std::move(shown),
                      .at = start + after});
  }
  void call(std::uint64_t number, Said said, std::string shown = "") {
    checker.on_question(words, start + 1500ms);
    ask(number, std::move(shown));
    checker.on_said(std::move(said));
    checker.on_closed(number, start + 300ms);
  }
  static ModelAnswered answered(const Said& said) {
    return {.words = words,
            .text = said.text,
            .finish = model::Finish::stop,
            .account = {.instance = "openai", .attempts = 1, .usage = said.usage, .cost = 280},
            .at = start + 300ms,
            .deadline = start + 1500ms};
  }
  static ToldTurn turn(std::string source) {
    return {.words = words,
            .began = start,
            .at = start + 301ms,
            .analyses = 1,
            .source = std::move(source),
            .took_ms = 300,
            .is_suggested = true,
            .query = "rain",
            .sentiment = "neutral"};
  }
  void expect(std::string_view what) {
    ASSERT_FALSE(violations.empty()) << "nobody saw: " << what;
    EXPECT_THAT(violations.front(), HasSubstr(what));
  }

  std::vector<std::string> violations;
  ModelChecker checker{{}, [this](std::string what) { violations.push_back(std::move(what)); }};
};

TEST_F(ModelCheckerTest, a_good_turn_breaks_nothing) {
  hear();
  call(1, right());
  checker.on_answer(answered(right()));
  checker.on_turn(turn("model"));
  checker.on_turn(turn("cache"));
  checker.on_usage(1, 280, true);
  checker.on_end();
  EXPECT_THAT(violations, IsEmpty());
  EXPECT_EQ(checker.calls(), 1u);
  EXPECT_EQ(checker.turns().at("model"), 1u);
}

TEST_F(ModelCheckerTest, a_wrong_answer_may_be_mended_once) {
  hear();
  call(1, wrong());
  call(2, wrong(), "no");
  checker.on_turn(turn("rules"));
  EXPECT_THAT(violations, IsEmpty());
  EXPECT_EQ(checker.repairs(), 1u);
  call(3, right(), "no\nno");
  expect("mended twice");
}

TEST_F(ModelCheckerTest, sees_a_right_answer_that_is_to_be_mended) {
  call(1, right());
  ask(2, right().text);
  expect("a right answer is to be mended");
}

TEST_F(ModelCheckerTest, sees_an_answer_that_lost_a_piece_on_its_way) {
  call(1, right());
  ModelAnswered lacking = answered(right());
  lacking.text.erase(3, 1);
  checker.on_answer(lacking);
  expect("nobody said this");
  violations.clear();
  ask(2, lacking.text);
  expect("never said");
}

TEST_F(ModelCheckerTest, a_cut_answer_is_the_beginning_of_one) {
  call(1, right());
  ModelAnswered cut = answered(right());
  cut.finish = model::Finish::truncated;
  cut.text.resize(5);
  checker.on_answer(cut);
  EXPECT_THAT(violations, IsEmpty());
  cut.text += "!";
  checker.on_answer(cut);
  expect("nobody said this");
}

TEST_F(ModelCheckerTest, sees_an_empty_success) {
  ModelAnswered nothing = answered(right());
  nothing.text.clear();
  checker.on_answer(nothing);
  expect("no content");
}

TEST_F(ModelCheckerTest, sees_too_many_attempts_and_too_late_ones) {
  for (std::uint64_t number = 1; number <= 3; ++number) call(number, right());
  EXPECT_THAT(violations, IsEmpty());
  call(4, right());
  expect("4 times, at most 3");
  violations.clear();
  ask(5, "", 2001ms);
  expect("2001 ms after the first time");
}

TEST_F(ModelCheckerTest, sees_attempts_that_were_only_told) {
  ModelAnswered many = answered(right());
  many.finish.reset();
  many.account.attempts = 4;
  checker.on_answer(many);
  expect("4 attempts");
}

TEST_F(ModelCheckerTest, sees_more_calls_at_once_than_a_provider_takes) {
  for (std::uint64_t number = 1; number <= 3; ++number) ask(number);
  checker.on_lost(1);
  ask(4, "no");
  violations.clear();  // of what was never said
  ask(5, "no");
  EXPECT_THAT(violations, ::testing::Contains(HasSubstr("asked by 4 at once")));
}

TEST_F(ModelCheckerTest, sees_a_call_that_nobody_waits_for) {
  checker.on_question(words, start + 1500ms);
  ask(1);
  checker.on_closed(1, start + 1502ms);
  expect("after everybody's deadline");
}

TEST_F(ModelCheckerTest, sees_a_call_that_is_left_open_and_forgives_a_crash) {
  ask(1);
  ask(2);
  checker.on_lost(1);
  checker.on_end();
  EXPECT_EQ(violations.size(), 1u);
  expect("left open");
}

TEST_F(ModelCheckerTest, sees_a_question_that_ends_after_its_deadline) {
  ModelAnswered late = answered(right());
  late.finish.reset();
  late.at = late.deadline + 2ms;
  checker.on_answer(late);
  expect("2 ms after its deadline");
}

TEST_F(ModelCheckerTest, sees_wrong_tokens_and_a_wrong_price) {
  call(1, right());
  ModelAnswered dear = answered(right());
  dear.account.cost = 281;
  checker.on_answer(dear);
  expect("cost 281 micros after 1 attempts, its answer alone 280");
  violations.clear();
  ModelAnswered other = answered(right());
  other.account.usage.tokens_in = 99;
  other.account.cost = 278;
  checker.on_answer(other);
  expect("said to have taken 99 and 10 tokens");
  violations.clear();
  ModelAnswered guessed = answered(right());
  guessed.account.is_usage_estimated = true;
  checker.on_answer(guessed);
  expect("said to have taken 100 and 10 tokens");
}

TEST_F(ModelCheckerTest, sees_what_the_accounts_lack_or_have_twice) {
  call(1, right());
  checker.on_answer(answered(right()));
  checker.on_usage(0, 0, false);
  EXPECT_THAT(violations, IsEmpty());
  checker.on_usage(2, 560, false);
  expect("2 calls were counted, 1 made");
  violations.clear();
  checker.on_usage(0, 280, true);
  expect("1 calls were made, 0 counted");
  violations.clear();
  checker.on_usage(1, 279, true);
  expect("answers cost 280 micros, counted were 279");
}

TEST_F(ModelCheckerTest, sees_a_source_that_is_not_true) {
  checker.on_turn(turn("model"));
  expect("an answer of a model");
  violations.clear();
  checker.on_turn(turn("cache"));
  expect("a kept answer");
  violations.clear();
  hear();
  call(1, right());
  checker.on_answer(answered(right()));
  checker.on_turn(turn("rules"));
  expect("rules answered \"rain came\", although a model had");
}

TEST_F(ModelCheckerTest, sees_an_analysis_that_no_model_gave) {
  call(1, right());
  checker.on_answer(answered(right()));
  ToldTurn other = turn("model");
  other.query = "came";
  checker.on_turn(other);
  expect("(\"came\") that none gave");
}

TEST_F(ModelCheckerTest, who_says_the_same_at_the_same_time_may_have_the_models_answer) {
  hear();
  hear();
  call(1, right());
  checker.on_answer(answered(right()));
  checker.on_turn(turn("rules"));
  EXPECT_THAT(violations, IsEmpty());
}

TEST_F(ModelCheckerTest, sees_a_turn_that_nobody_answered) {
  ToldTurn lost = turn("");
  checker.on_turn(lost);
  expect("nobody says why");
  violations.clear();
  lost.error = "timeout";
  checker.on_turn(lost);
  expect("has no answer: timeout");
  violations.clear();
  lost.analyses = 0;
  checker.on_turn(lost);
  expect("0 analyses");
  violations.clear();
  lost.cut_short = "overlay: the server restarted";
  checker.on_turn(lost);
  EXPECT_THAT(violations, IsEmpty());
}

TEST_F(ModelCheckerTest, sees_an_analysis_that_takes_longer_than_its_skill_may) {
  ToldTurn slow = turn("rules");
  slow.took_ms = 2002;
  checker.on_turn(slow);
  expect("analysed for 2002 ms");
}

}  // namespace
}  // namespace antiphon::simulate
