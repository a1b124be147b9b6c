#include "apps/director/take/take_state.h"

#include <gtest/gtest.h>

namespace antiphon::director {
namespace {

// A snapshot stays small however long somebody talks.
TEST(TakeStateTest, holds_the_newest_utterances_and_no_more) {
  TakeState state;
  std::size_t said = TakeState::transcript_max + 5;
  for (std::size_t i = 0; i < said; ++i) {
    state.add(Transcription{.text = std::to_string(i), .is_final = true}, Timestamp());
  }
  ASSERT_EQ(state.transcript.size(), TakeState::transcript_max);
  EXPECT_EQ(state.transcript.front(), "5");
  EXPECT_EQ(state.transcript.back(), std::to_string(said - 1));
}

TEST(TakeStateTest, a_restored_take_knows_where_it_was) {  // E-21
  TakeState state;
  auto event = [](std::string type, std::string body) {
    return live::LoggedEvent{.epoch = 1,
                             .seq = 1,
                             .type = type,
                             .json = live::make_frame_json(type, 1, Timestamp{}, body)};
  };
  apply(state, event("status", R"({"state":"processing","language":"en-GB","paused":true,)"
                               R"("layout":"pip","recogniser":"x","finishAt":16000})"));
  apply(state, event("transcription", R"({"text":"one","isFinal":true,"timestamp":1000,)"
                                      R"("utterance":1,"stableWords":1,"endSample":16000})"));
  apply(state, event("something_new", "{}"));
  EXPECT_EQ(state.state, "processing");
  EXPECT_EQ(state.layout, Layout::pip);
  EXPECT_TRUE(state.paused);
  EXPECT_EQ(state.utterances, 1);
  EXPECT_EQ(state.end_sample, 16000);
  EXPECT_EQ(state.finish_at, 16000);
  ASSERT_EQ(state.open_turns.size(), 1u);
  apply(state, event("timeline", R"({"totalMs":1,"deadlineMs":2500,"missed":false,"stages":[],)"
                                 R"("cutShort":"","utterance":1})"));
  EXPECT_TRUE(state.open_turns.empty());
  EXPECT_EQ(state.transcript, std::vector<std::string>{"one"});
}

}  // namespace
}  // namespace antiphon::director
