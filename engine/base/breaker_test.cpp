#include "engine/base/breaker.h"

#include <gtest/gtest.h>

namespace antiphon {
namespace {

using namespace std::chrono_literals;

const Instant start = Instant(1h);

Breaker failed_so_often(int times) {
  Breaker breaker({});
  for (int i = 0; i < times; ++i) breaker.failed(breaker.begin(start), start);
  return breaker;
}

TEST(BreakerTest, opens_after_five_failures_in_a_row_for_a_minute) {  // E-95
  Breaker breaker = failed_so_often(4);
  EXPECT_EQ(breaker.state(start), Breaker::State::closed);
  breaker.failed(breaker.begin(start), start);
  EXPECT_EQ(breaker.state(start), Breaker::State::open);
  EXPECT_FALSE(breaker.may_begin(start + 59s));
  EXPECT_EQ(breaker.state(start + 60s), Breaker::State::half_open);
}

TEST(BreakerTest, a_success_between_begins_the_count_anew) {
  Breaker breaker = failed_so_often(4);
  breaker.succeeded(breaker.begin(start), start);
  for (int i = 0; i < 4; ++i) breaker.failed(breaker.begin(start), start);
  EXPECT_EQ(breaker.state(start), Breaker::State::closed);
}

TEST(BreakerTest, half_open_lets_a_single_probe_through_whose_end_decides) {  // E-32
  Breaker breaker = failed_so_often(5);
  Instant later = start + 61s;
  ASSERT_TRUE(breaker.may_begin(later));
  Breaker::Ticket probe = breaker.begin(later);
  EXPECT_FALSE(breaker.may_begin(later));
  breaker.failed(probe, later);
  EXPECT_EQ(breaker.state(later + 59s), Breaker::State::open);
  Instant again = later + 60s;
  probe = breaker.begin(again);
  breaker.succeeded(probe, again);
  EXPECT_EQ(breaker.state(again), Breaker::State::closed);
  EXPECT_EQ(breaker.returned_at(), again);
}

TEST(BreakerTest, a_probe_that_was_left_makes_room_for_another) {
  Breaker breaker = failed_so_often(5);
  Instant later = start + 61s;
  Breaker::Ticket probe = breaker.begin(later);
  breaker.left(probe);
  EXPECT_TRUE(breaker.may_begin(later));
}

TEST(BreakerTest, what_began_before_it_opened_does_not_close_it) {
  Breaker breaker({});
  Breaker::Ticket old = breaker.begin(start);
  for (int i = 0; i < 5; ++i) breaker.failed(breaker.begin(start), start);
  breaker.succeeded(old, start + 1s);
  EXPECT_EQ(breaker.state(start + 1s), Breaker::State::open);
}

}  // namespace
}  // namespace antiphon
