#include "engine/live/tail.h"

#include <gmock/gmock.h>

namespace antiphon::live {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Adds one batch of so many events, whose text is their number.
void add(Tail& tail, std::uint64_t count) {
  std::string wire;
  std::uint64_t seq = tail.last_seq();
  for (std::uint64_t i = 0; i < count; ++i) append_text_frame(wire, std::to_string(++seq));
  tail.add(Frames(std::move(wire)), seq);
}

std::vector<std::string> take_all(const Tail& tail, Cursor& cursor) {
  std::vector<std::string> texts;
  while (Frames frames = tail.next(cursor)) {
    while (auto text = take_payload(frames.wire)) texts.emplace_back(*text);
  }
  return texts;
}

TEST(Tail, gives_what_was_released_and_no_more) {
  Tail tail(7);
  Cursor cursor = tail.cursor_after(7);
  add(tail, 2);
  EXPECT_THAT(take_all(tail, cursor), IsEmpty());
  add(tail, 1);
  tail.release(9);
  EXPECT_THAT(take_all(tail, cursor), ElementsAre("8", "9"));
  tail.release(10);
  EXPECT_THAT(take_all(tail, cursor), ElementsAre("10"));
}

// E-21: who resumes may have a part of what left together.
TEST(Tail, a_reader_that_stands_inside_a_batch_gets_the_rest_of_it) {
  Tail tail(0);
  add(tail, 5);
  tail.release(5);
  for (std::uint64_t seq = 0; seq < 5; ++seq) {
    Cursor cursor = tail.cursor_after(seq);
    EXPECT_EQ(take_all(tail, cursor).size(), 5 - seq);
    EXPECT_EQ(cursor.seq, 5u);
  }
}

TEST(Tail, what_every_reader_has_is_forgotten) {
  Tail tail(0);
  add(tail, 3);
  add(tail, 3);
  tail.release(6);
  tail.forget(4);
  EXPECT_FALSE(tail.reaches(2));
  EXPECT_TRUE(tail.reaches(3));
  tail.forget(6);
  EXPECT_EQ(tail.bytes(), 0u);
  EXPECT_TRUE(tail.reaches(6));
}

// What nobody may have yet is not forgotten, whoever asks for it.
TEST(Tail, keeps_what_was_not_released) {
  Tail tail(0, {.events_max = 1, .bytes_max = 1});
  add(tail, 3);
  tail.forget(3);
  tail.park();
  tail.release(3);
  Cursor cursor = tail.cursor_after(0);
  EXPECT_THAT(take_all(tail, cursor), IsEmpty());  // released, it is more than the limit
  add(tail, 1);
  tail.forget(4);
  EXPECT_GT(tail.bytes(), 0u);
}

TEST(Tail, a_droppable_frame_waits_for_the_events_before_it) {
  Tail tail(0);
  Cursor cursor = tail.cursor_after(0);
  add(tail, 1);
  tail.add_droppable("partial", Lane::partial, make_text_frame("old"));
  tail.add_droppable("partial", Lane::partial, make_text_frame("new"));
  EXPECT_THAT(take_all(tail, cursor), IsEmpty());
  tail.release(1);
  EXPECT_THAT(take_all(tail, cursor), ElementsAre("1", "new"));
  EXPECT_EQ(cursor.skipped, 1u);
}

}  // namespace
}  // namespace antiphon::live
