// How fast an answer has to come. E-33.
#include "engine/model/answer_pace.h"

#include <gtest/gtest.h>

namespace antiphon::model {
namespace {

using namespace std::chrono_literals;

const Instant asked{1h};
constexpr PaceLimits limits{
    .first_token_time = 30s, .gap_time = 15s, .bytes_per_second_min = 2, .rate_grace = 10s};

TEST(AnswerPace, the_first_token_has_a_time_from_the_question) {
  AnswerPace pace(limits, asked);
  pace.begin_wait(asked + 5s);
  pace.see(0, asked + 20s);
  EXPECT_EQ(pace.limit().at, asked + 30s) << "pings are no tokens";
}

TEST(AnswerPace, each_token_has_a_time_from_the_one_before) {
  AnswerPace pace(limits, asked);
  pace.begin_wait(asked);
  pace.see(1000, asked + 20s);
  EXPECT_EQ(pace.limit().at, asked + 35s);
  pace.see(1000, asked + 30s);
  EXPECT_EQ(pace.limit().at, asked + 35s) << "what brings nothing";
  pace.see(1001, asked + 30s);
  EXPECT_EQ(pace.limit().at, asked + 45s);
  pace.end_wait(asked + 30s);
  pace.begin_wait(asked + 100s);
  EXPECT_EQ(pace.limit().at, asked + 115s) << "nobody waited in between";
}

TEST(AnswerPace, a_drip_is_too_slow_in_the_end) {
  AnswerPace pace(limits, asked);
  std::size_t bytes = 0;
  Instant now = asked;
  // A byte every two seconds, where two a second are the least: each saves half a second.
  for (int tokens = 0; tokens < 100; ++tokens) {
    pace.begin_wait(now);
    if (pace.limit().at <= now + 2s && bytes > 0) break;
    now += 2s;
    pace.see(++bytes, now);
    pace.end_wait(now);
  }
  EXPECT_EQ(pace.limit().passed, "its tokens come too slowly.");
  EXPECT_EQ(now - asked, 14s);
}

TEST(AnswerPace, the_time_before_the_first_token_and_between_waits_is_not_counted) {
  AnswerPace pace(limits, asked);
  pace.begin_wait(asked);
  pace.see(2, asked + 29s);
  pace.end_wait(asked + 29s);
  pace.begin_wait(asked + 60s);
  EXPECT_EQ(pace.limit().at, asked + 71s) << "the grace, and a second for what has come";
}

TEST(AnswerPace, any_rate_does_where_none_is_set) {
  PaceLimits no_rate = limits;
  no_rate.bytes_per_second_min = 0;
  AnswerPace pace(no_rate, asked);
  pace.begin_wait(asked);
  pace.see(1, asked + 1s);
  EXPECT_EQ(pace.limit().at, asked + 16s);
}

}  // namespace
}  // namespace antiphon::model
