#include "engine/speech/pause_learner.h"

#include <gtest/gtest.h>

#include <random>

namespace antiphon::speech {
namespace {

using namespace std::chrono_literals;

TEST(PauseLearnerTest, E41_a_speaker_who_hesitates_gets_more_time) {
  PauseLearner learner;
  EXPECT_EQ(learner.hang_over(), 500ms);
  for (int i = 0; i < 8; ++i) learner.hear(620ms);
  EXPECT_GT(learner.hang_over(), 750ms) << "the pauses no longer end an utterance";
  EXPECT_LE(learner.hang_over(), HangOver().most);
}

TEST(PauseLearnerTest, E41_a_speaker_without_long_pauses_is_answered_sooner) {
  PauseLearner learner;
  for (int i = 0; i < 24; ++i) learner.hear(180ms);
  EXPECT_EQ(learner.hang_over(), HangOver().least);
}

TEST(PauseLearnerTest, E41_one_odd_pause_changes_little) {
  PauseLearner learner;
  for (int i = 0; i < 20; ++i) learner.hear(250ms);
  auto before = learner.hang_over();
  learner.hear(950ms);
  EXPECT_LE(learner.hang_over() - before, 100ms);
}

TEST(PauseLearnerTest, E41_another_speaker_is_learnt_anew) {
  PauseLearner learner;
  for (int i = 0; i < 24; ++i) learner.hear(600ms);
  auto slow = learner.hang_over();
  for (int i = 0; i < 24; ++i) learner.hear(200ms);
  EXPECT_LT(learner.hang_over(), slow / 2);
}

TEST(PauseLearnerTest, what_is_no_pause_within_talk_teaches_nothing) {
  PauseLearner learner;
  for (int i = 0; i < 100; ++i) {
    learner.hear(60ms);
    learner.hear(4s);
  }
  EXPECT_EQ(learner.hang_over(), 500ms);
}

TEST(PauseLearnerTest, E41_no_sequence_of_pauses_leaves_the_limits) {
  HangOver limits{.first = 400ms, .least = 250ms, .most = 700ms};
  for (unsigned seed = 1; seed <= 200; ++seed) {
    std::minstd_rand random(seed);
    PauseLearner learner(limits);
    for (int i = 0; i < 100; ++i) {
      learner.hear(std::chrono::milliseconds(random() % 3'000));
      ASSERT_GE(learner.hang_over(), limits.least) << seed;
      ASSERT_LE(learner.hang_over(), limits.most) << seed;
    }
  }
}

}  // namespace
}  // namespace antiphon::speech
