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

}  // namespace
}  // namespace antiphon::director
