#include "engine/simulate/checker.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

// The judge itself is judged: each rule is broken once, and a good conversation breaks none.

namespace antiphon::simulate {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class CheckerTest : public ::testing::Test {
 protected:
  void welcome(std::uint64_t seq, std::optional<live::Position> asked = {}, std::uint64_t epoch = 1,
               const std::string& reader = "1.1") {
    bool recovered = asked.has_value() && asked->epoch == epoch;
    checker.on_welcome(reader, "ses_1",
                       fmt::format(R"({{"type":"welcome","seq":{},"epoch":{},"recovered":{}{}}})",
                                   seq, epoch, recovered, recovered ? "" : R"(,"snapshot":{})"),
                       asked);
  }
  void frame(std::string_view type, std::uint64_t seq, std::string_view rest = "",
             const std::string& reader = "1.1") {
    checker.on_frame(reader,
                     fmt::format(R"({{"type":"{}","seq":{},"ts":"2026-03-01T08:00:{:02}.000Z"{}}})",
                                 type, seq, second, rest));
  }
  void turn(std::uint64_t seq, int utterance) {
    frame("transcription", seq,
          fmt::format(R"(,"text":"rain {}","utterance":{})", mark_of(utterance), utterance));
    frame("timeline", seq + 1, fmt::format(R"(,"utterance":{})", utterance));
  }
  void expect(std::string_view what) {
    ASSERT_FALSE(checker.violations().empty()) << "nobody saw: " << what;
    EXPECT_THAT(checker.violations().front(), HasSubstr(what));
  }

  Checker checker{{"status", "timeline", "ended", "overlay_command"}};
  int second = 0;
};

TEST_F(CheckerTest, a_good_conversation_breaks_nothing) {
  welcome(0);
  turn(1, 1);
  frame("presence", 2, R"(,"readers":1)");
  frame("ack", 2, R"(,"id":"tally1")");
  welcome(2, live::Position{1, 2});
  frame("overlay_command", 3, R"(,"latencyMs":2500)");
  frame("ended", 4);
  checker.on_end();
  EXPECT_THAT(checker.violations(), IsEmpty());
  EXPECT_EQ(checker.turns(), 1u);
}

TEST_F(CheckerTest, sees_a_lost_event) {
  welcome(0);
  frame("status", 1);
  frame("status", 3);
  expect("missing or out of order");
}

TEST_F(CheckerTest, sees_an_event_that_came_twice) {
  welcome(0);
  frame("status", 1);
  frame("status", 1);
  expect("came twice");
}

TEST_F(CheckerTest, sees_two_contents_of_one_place) {
  welcome(0);
  welcome(0, {}, 1, "1.2");
  frame("status", 1, R"(,"paused":true)");
  frame("status", 1, R"(,"paused":false)", "1.2");
  expect("two contents");
}

TEST_F(CheckerTest, sees_a_resume_at_another_place) {
  welcome(0);
  frame("status", 1);
  welcome(0, live::Position{1, 1});
  expect("not where it was");
}

TEST_F(CheckerTest, sees_a_loss_that_is_not_told_or_had_no_cause) {
  welcome(0);
  frame("status", 1);
  welcome(1, live::Position{1, 1}, 2);
  expect("epoch 2 after 0 power cuts");
}

TEST_F(CheckerTest, a_power_cut_may_begin_an_epoch) {
  welcome(0);
  turn(1, 1);
  frame("ack", 2, R"(,"id":"tally2")");
  checker.on_power_cut();
  welcome(1, live::Position{1, 2}, 2);
  checker.on_end();
  EXPECT_THAT(checker.violations(), IsEmpty());
}

// Its first start after the cut failed, when the new epoch was on the disk and nobody had seen it.
TEST_F(CheckerTest, a_power_cut_may_use_up_epochs_but_begins_one) {
  welcome(0);
  checker.on_power_cut();
  welcome(1, live::Position{1, 1}, 3);
  EXPECT_THAT(checker.violations(), IsEmpty());
  welcome(1, live::Position{3, 1}, 4);
  expect("epoch 4 after 1 power cuts, was 3");
}

TEST_F(CheckerTest, sees_a_message_that_took_effect_twice) {
  welcome(0);
  turn(1, 1);
  frame("transcription", 3, R"(,"text":"rain tally1","utterance":2)");
  expect("took effect twice");
}

TEST_F(CheckerTest, sees_an_acknowledged_message_without_effect) {
  welcome(0);
  frame("ack", 0, R"(,"id":"tally7")");
  checker.on_end();
  expect("message 7 was acknowledged");
}

// A reader that was away hears of a turn after another has told what is newer.
TEST_F(CheckerTest, an_event_has_its_own_time_and_place_whoever_tells_it_first) {
  struct Times : TurnJudge {
    void on_heard(const ToldTurn& turn) override { heard = turn.began; }
    void on_turn(const ToldTurn& turn) override { told = turn.at; }
    Timestamp heard, told;
  } times;
  checker = Checker({"timeline", "ended"}, &times);
  welcome(0);
  welcome(2, {}, 1, "1.2");
  second = 30;
  frame("ended", 3, "", "1.2");
  second = 10;
  frame("transcription", 1, R"(,"text":"rain","utterance":1)");
  second = 11;
  frame("timeline", 2, R"(,"utterance":1)");
  EXPECT_EQ(times.heard, parse_rfc3339("2026-03-01T08:00:10Z"));
  EXPECT_EQ(times.told, parse_rfc3339("2026-03-01T08:00:11Z"));
  EXPECT_THAT(checker.violations(), IsEmpty());
  frame("timeline", 4, R"(,"utterance":2)", "1.2");
  ASSERT_THAT(checker.violations(), ::testing::SizeIs(1));
  EXPECT_THAT(checker.violations()[0], HasSubstr("an event after the last one"));
}

TEST_F(CheckerTest, sees_a_turn_without_timeline_and_one_with_two) {
  welcome(0);
  frame("transcription", 1, R"(,"text":"rain","utterance":1)");
  frame("ended", 2);
  checker.on_end();
  expect("turn 1 has no timeline");
  Checker other({"timeline"});
  std::swap(checker, other);
  welcome(0);
  turn(1, 1);
  frame("timeline", 3, R"(,"utterance":1)");
  expect("two timelines");
}

TEST_F(CheckerTest, a_turn_may_be_told_in_the_epoch_after_a_power_cut) {
  welcome(0);
  frame("transcription", 1, R"(,"text":"rain","utterance":1)");
  checker.on_power_cut();
  welcome(1, live::Position{1, 1}, 2);
  frame("timeline", 2, R"(,"utterance":1)");
  frame("ended", 3);
  checker.on_end();
  EXPECT_THAT(checker.violations(), IsEmpty());
}

TEST_F(CheckerTest, sees_an_overlay_that_is_late) {
  welcome(0);
  frame("overlay_command", 1, R"(,"latencyMs":2501)");
  expect("2501 ms after its words");
}

TEST_F(CheckerTest, sees_a_number_beyond_its_limit) {
  checker.on_count("messages that wait", 256, 256);
  EXPECT_THAT(checker.violations(), IsEmpty());
  checker.on_count("messages that wait", 257, 256);
  EXPECT_THAT(checker.violations(), ElementsAre("257 messages that wait, at most 256"));
}

}  // namespace
}  // namespace antiphon::simulate
