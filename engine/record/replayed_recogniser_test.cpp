#include "engine/record/replayed_recogniser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/speech/scripted_recogniser.h"
#include "engine/testing/virtual_time.h"

namespace antiphon::record {
namespace {

using Kind = speech::Transcript::Kind;
using ::testing::ElementsAre;

RecognitionMark mark(std::string kind, std::uint64_t utterance, std::uint64_t end_sample = 0) {
  return {.kind = std::move(kind),
          .utterance = utterance,
          .end_sample = end_sample,
          .heard_at = 5'000'000'000};
}

class ReplayedRecogniserTest : public ::testing::Test {
 protected:
  // What is given for these marks when three thousand samples are heard; "" for a loss or the end.
  std::vector<std::string> replay(std::vector<RecognitionMark> marks) {
    return time_.run([](speech::Recogniser* scripted,
                        std::vector<RecognitionMark> asked) -> Task<std::vector<std::string>> {
      ReplayedRecogniser recogniser(*scripted, asked);
      auto stream = co_await recogniser.open({});
      // Not awaited before the results are asked for: that is how they came.
      Task<> hearing = stream->hear(std::vector<speech::Sample>(3'000));
      Task<> finishing = stream->finish();
      std::vector<std::string> texts;
      for (const RecognitionMark& each : asked) {
        auto result = co_await stream->next();
        texts.push_back(result && *result ? (*result)->text : "");
        if (!result || !*result) continue;
        EXPECT_EQ((*result)->end_sample, each.end_sample);
        EXPECT_EQ((*result)->heard_at, Instant(std::chrono::seconds(5)));
      }
      co_await std::move(hearing);
      co_await std::move(finishing);
      co_return texts;
    }(&scripted_, std::move(marks)));
  }

  testing::VirtualTime time_;
  speech::ScriptedRecogniser scripted_{{{500, Kind::partial, "the"},
                                        {700, Kind::partial, "the foot"},
                                        {900, Kind::stable, "the football"},
                                        {1'000, Kind::final, "the football team"},
                                        {2'000, Kind::partial, "rain"},
                                        {2'500, Kind::final, "rain falls"}}};
};

// E-24: partials that nobody fetched then are not told now, and words come from the sound alone.
TEST_F(ReplayedRecogniserTest, gives_the_results_that_came_and_no_others) {
  EXPECT_THAT(replay({mark("partial", 0, 700), mark("final", 0, 1'000), mark("partial", 1, 2'000),
                      mark("final", 1, 2'500), mark("end", 0)}),
              ElementsAre("the foot", "the football team", "rain", "rain falls", ""));
}

TEST_F(ReplayedRecogniserTest, where_another_result_comes_now_gives_what_is_known_by_then) {
  EXPECT_THAT(replay({mark("partial", 0, 800), mark("final", 0, 1'100), mark("final", 7, 9'000)}),
              ElementsAre("the foot", "the football team", ""));
}

// Sound in which nothing is heard now, although something was: it does not wait for ever.
TEST_F(ReplayedRecogniserTest, what_is_not_told_any_more_is_given_as_no_words) {
  time_.run([](speech::Recogniser* scripted) -> Task<> {
    ReplayedRecogniser recogniser(*scripted, {mark("partial", 0, 700), mark("final", 0, 1'000)});
    auto stream = co_await recogniser.open({});
    co_await stream->hear(std::vector<speech::Sample>(800));
    EXPECT_EQ((co_await stream->next())->value().text, "the foot");
    EXPECT_EQ((co_await stream->next())->value().text, "");
  }(&scripted_));
}

TEST_F(ReplayedRecogniserTest, a_lost_utterance_is_lost_again) {
  EXPECT_THAT(replay({mark("lost", 0), mark("final", 1, 2'500)}), ElementsAre("", "rain falls"));
}

TEST(HeardBeforeTest, is_told_by_the_marks) {
  auto first = mark("final", 0), second = mark("lost", 1), third = mark("final", 2);
  first.rung = "fast";
  third.rung = "full";
  auto before = heard_before({first, second, third});
  EXPECT_EQ(before.rungs,
            (std::vector{speech::Rung::fast, speech::Rung::full, speech::Rung::full}));
  EXPECT_THAT(before.lost, ElementsAre(1u));
  EXPECT_EQ(before.rung(9), speech::Rung::full);
}

}  // namespace
}  // namespace antiphon::record
