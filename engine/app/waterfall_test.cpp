// E-91: each session's waterfall, bounded.
#include "engine/app/waterfall.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace antiphon::app {
namespace {

live::SessionOwner owner(std::string id) {
  return {.id = std::move(id), .app = "director", .tenant = "ten_1", .principal = "usr_1"};
}

WaterfallTurn turn(std::int64_t number) {
  WaterfallTurn turn;
  turn.number = number;
  return turn;
}

std::vector<std::int64_t> numbers(const Waterfalls& waterfalls, const std::string& id) {
  std::vector<std::int64_t> found;
  auto waterfall = waterfalls.find(id);
  if (!waterfall) return found;
  for (const auto& one : waterfall->turns) found.push_back(one.number);
  return found;
}

TEST(Waterfalls, keep_the_newest_turns_of_a_session_and_count_the_others) {
  Waterfalls waterfalls(nullptr, {.turns_per_session_max = 3, .turns_max = 100});
  for (int i = 1; i <= 5; ++i) waterfalls.add(owner("ses_a"), turn(i));
  EXPECT_THAT(numbers(waterfalls, "ses_a"), ::testing::ElementsAre(3, 4, 5));
  EXPECT_EQ(waterfalls.find("ses_a")->forgotten, 2);
  EXPECT_EQ(waterfalls.find("ses_a")->owner.tenant, "ten_1");
}

TEST(Waterfalls, let_the_session_go_that_has_been_without_a_turn_for_longest) {
  Waterfalls waterfalls(nullptr, {.turns_per_session_max = 10, .turns_max = 4});
  waterfalls.add(owner("ses_a"), turn(1));
  waterfalls.add(owner("ses_a"), turn(2));
  waterfalls.add(owner("ses_b"), turn(1));
  waterfalls.add(owner("ses_a"), turn(3));
  waterfalls.add(owner("ses_c"), turn(1));
  EXPECT_THAT(numbers(waterfalls, "ses_a"), ::testing::ElementsAre(1, 2, 3));
  EXPECT_FALSE(waterfalls.find("ses_b"));
  EXPECT_THAT(numbers(waterfalls, "ses_c"), ::testing::ElementsAre(1));
}

TEST(Waterfalls, one_session_alone_never_goes_and_is_bounded_by_itself) {
  Waterfalls waterfalls(nullptr, {.turns_per_session_max = 3, .turns_max = 2});
  for (int i = 1; i <= 9; ++i) waterfalls.add(owner("ses_a"), turn(i));
  EXPECT_THAT(numbers(waterfalls, "ses_a"), ::testing::ElementsAre(7, 8, 9));
}

TEST(Waterfalls, a_turn_that_is_told_again_is_passed_over) {
  Waterfalls waterfalls;
  waterfalls.add(owner("ses_a"), turn(1));
  waterfalls.add(owner("ses_a"), turn(2));
  waterfalls.add(owner("ses_a"), turn(1));
  EXPECT_THAT(numbers(waterfalls, "ses_a"), ::testing::ElementsAre(1, 2));
}

TEST(Waterfalls, count_turns_stages_and_calls_but_not_those_from_before_a_restart) {  // E-90
  metrics::Registry registry;
  Waterfalls waterfalls(&registry);
  WaterfallTurn late = turn(2);
  late.missed = true;
  late.stages = {{"heard", 0, 40}, {"found", 40, 2}};
  late.calls = {{.kind = "search", .name = "director.library", .took_ms = 2, .error = "timeout"}};
  waterfalls.restore(owner("ses_a"), turn(1));
  waterfalls.add(owner("ses_a"), late);
  std::string text = registry.to_text();
  for (const char* line :
       {"antiphon_turns_total{app=\"director\",outcome=\"missed\"} 1\n",
        "antiphon_turn_stage_seconds_sum{app=\"director\",stage=\"heard\"} 0.04\n",
        "antiphon_turn_call_seconds_count{app=\"director\",kind=\"search\","
        "name=\"director.library\",outcome=\"timeout\"} 1\n"}) {
    EXPECT_THAT(text, ::testing::HasSubstr(line));
  }
  EXPECT_THAT(text, ::testing::Not(::testing::HasSubstr("in_time")));
}

}  // namespace
}  // namespace antiphon::app
