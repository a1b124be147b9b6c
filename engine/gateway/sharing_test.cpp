#include "engine/gateway/gateway_rig_test.h"

// E-34: answers that are kept, and those on their way that others follow.

namespace antiphon::gateway::testing {
namespace {

using Kind = Failure::Kind;
using Results = std::vector<std::shared_ptr<std::optional<Told>>>;

class SharingTest : public GatewayTest {
 protected:
  static CachePolicy kept(Duration time = 10min, Duration stale = 0s) {
    return {.time_to_live = time, .stale_time = stale};
  }
  static CachePolicy joined() { return {.joins = true}; }
  Script slow() { return {.first_after = 100ms, .gap = 100ms}; }
};

TEST_F(SharingTest, two_hundred_identical_questions_are_one_call) {  // E-34
  add("only", slow());
  Results told;
  for (int i = 0; i < 200; ++i) told.push_back(begin(question("Same", kept()), call()));
  run_for(10s);
  int paid = 0;
  for (auto& one : told) {
    ASSERT_TRUE(one->has_value());
    EXPECT_EQ((*one)->text, "Hello there.");
    EXPECT_TRUE((*one)->is_whole());
    paid += (*one)->account.cache == CacheResult::joined ? 0 : 1;
  }
  EXPECT_EQ(asked("only").calls, 1);
  EXPECT_EQ(paid, 1);
}

TEST_F(SharingTest, who_joins_in_the_middle_has_the_prefix_at_once_and_then_live_text) {  // E-34
  add("only", slow());
  auto first = begin(question("Same", joined()), call());
  run_for(250ms);
  auto second = begin(question("Same", joined()), call());
  run_for(10s);
  EXPECT_EQ((*first)->pieces, (std::vector<std::string>{"Hello", " there", "."}));
  EXPECT_EQ((*second)->pieces, (std::vector<std::string>{"Hello there", "."}));
  EXPECT_EQ((*second)->account.cache, CacheResult::joined);
  EXPECT_EQ((*second)->account.first_token, Duration(0));
  EXPECT_EQ(asked("only").calls, 1);
}

TEST_F(SharingTest, without_leave_nobody_shares) {
  add("only", slow());
  auto one = begin(question("Same"), call());
  auto two = begin(question("Same"), call());
  auto other = begin(question("Same", joined()), call(10s, "ten_b"));
  auto third = begin(question("Same", joined()), call(10s, "ten_a"));
  run_for(10s);
  EXPECT_EQ(asked("only").calls, 4) << "private answers never cross tenants";
}

TEST_F(SharingTest, the_first_may_leave_and_the_others_go_on) {  // E-34
  add("only", slow());
  auto first = begin(question("Same", joined()), call(150ms));
  auto second = begin(question("Same", joined()), call(10s));
  run_for(10s);
  EXPECT_EQ((*first)->text, "Hello");
  EXPECT_EQ((*first)->end.finish, model::Finish::truncated) << "its own time was over";
  EXPECT_TRUE((*second)->is_whole());
  EXPECT_EQ(asked("only").calls, 1);
}

TEST_F(SharingTest, when_the_last_leaves_the_upstream_is_closed_in_the_same_pass) {  // E-34, E-27
  add("only", Script{.gap = 1s});
  bool was_closed = false;
  auto leave = [&]() -> Task<> {
    auto one = co_await gateway_->chat(question("Same", joined()), call());
    auto two = co_await gateway_->chat(question("Same", joined()), call());
    std::ignore = co_await (*one)->next();
    one->reset();
    EXPECT_EQ(asked("only").running, 1) << "somebody follows still";
    two->reset();
    time_.core().post([&] { time_.core().post([&] { was_closed = asked("only").running == 0; }); });
  };
  gateway();
  Instant begun = time_.clock().steady();
  time_.run(leave());
  run_for(0s);
  EXPECT_TRUE(was_closed);
  EXPECT_EQ(asked("only").closed, 1);
  EXPECT_EQ(time_.clock().steady(), begun);
  EXPECT_EQ(gateway_->running(), 0u);
  EXPECT_EQ(fleet_->instances()[0]->running(), 0u);
}

TEST_F(SharingTest, whoever_waits_for_the_first_content_may_leave_as_well) {
  add("only", Script{.first_after = 1h});
  auto told = begin(question("Same"), call(5s));
  run_for(6s);
  EXPECT_EQ((*told)->failure->reason, GatewayFailure::Reason::timeout);
  EXPECT_EQ(asked("only").running, 0);
}

TEST_F(SharingTest, a_kept_answer_is_given_again_as_a_stream) {  // E-34
  add("only", slow());
  Told first = ask(question("Same", kept()));
  EXPECT_EQ(first.account.cache, CacheResult::miss);
  Told again = ask(question("Same", kept()));
  EXPECT_EQ(again.account.cache, CacheResult::hit);
  EXPECT_EQ(again.text, "Hello there.");
  EXPECT_TRUE(again.is_whole());
  EXPECT_EQ(again.account.model, "only-model");
  EXPECT_EQ(again.account.usage.tokens_out, 5);
  EXPECT_EQ(again.account.cost, 0);
  EXPECT_EQ(again.account.attempts, 0);
  EXPECT_EQ(asked("only").calls, 1);
}

TEST_F(SharingTest, calls_of_tools_are_kept_too) {
  std::vector<model::ToolCall> calls{{"id1", "look", "{\"a\":1}"}, {"id2", "see", "{}"}};
  KeptAnswers answers(cache_, nullptr, random_);
  time_.run(answers.keep("k",
                         {.text = "t",
                          .tool_calls = calls,
                          .finish = model::Finish::tool_calls,
                          .usage = {.tokens_in = 7}},
                         kept()));
  auto found = time_.run(answers.find("k"));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->tool_calls, calls);
  EXPECT_EQ(found->finish, model::Finish::tool_calls);
  EXPECT_EQ(found->usage.tokens_in, 7);
  EXPECT_FALSE(found->usage.tokens_out);
  time_.run(cache_.put("k", "{\"broken\"", 1min));
  EXPECT_FALSE(time_.run(answers.find("k")));
}

TEST_F(SharingTest, neither_cut_nor_withheld_answers_are_kept) {  // E-34
  for (const Script& script :
       {cut_after(2), Script{.end = {.finish = model::Finish::content_filter}},
        Script{.end = {.finish = model::Finish::truncated}}}) {
    GatewayRig rig;
    rig.add("only", script);
    rig.ask(question("Same", kept()));
    rig.ask(question("Same", kept()));
    EXPECT_EQ(rig.asked("only").calls, 2);
  }
}

TEST_F(SharingTest, answers_live_a_little_shorter_than_they_may_by_chance) {  // E-34
  KeptAnswers answers(cache_, nullptr, random_);
  std::set<Timestamp> ends;
  for (int i = 0; i < 50; ++i) {
    time_.run(answers.keep("k" + std::to_string(i), {.text = "t"}, kept(100s)));
    auto found = time_.run(answers.find("k" + std::to_string(i)));
    ends.insert(found->fresh_until);
    EXPECT_LE(found->fresh_until, time_.clock().now() + 100s);
    EXPECT_GE(found->fresh_until, time_.clock().now() + 90s);
  }
  EXPECT_GT(ends.size(), 40u);
}

TEST_F(SharingTest, a_stale_answer_is_given_at_once_and_renewed_once) {  // E-34
  add("only", [](int call, const model::ChatRequest&) {
    return Script{.first_after = 1s, .pieces = {"version " + std::to_string(call)}};
  });
  CachePolicy policy = kept(1min, 1h);
  EXPECT_EQ(ask(question("Same", policy)).text, "version 1");
  run_for(2min);
  Results told;
  for (int i = 0; i < 5; ++i) told.push_back(begin(question("Same", policy), call()));
  run_for(0s);
  for (auto& one : told) {
    ASSERT_TRUE(one->has_value()) << "without waiting";
    EXPECT_EQ((*one)->text, "version 1");
    EXPECT_EQ((*one)->account.cache, CacheResult::stale);
  }
  run_for(10s);
  EXPECT_EQ(asked("only").calls, 2);
  EXPECT_EQ(ask(question("Same", policy)).text, "version 2");
}

TEST_F(SharingTest, while_nobody_can_answer_the_stale_one_goes_on) {  // E-34
  add("only", [](int call, const model::ChatRequest&) {
    return call == 1 ? Script{} : refused(Kind::transient);
  });
  CachePolicy policy = kept(1min, 1h);
  ask(question("Same", policy));
  run_for(2min);
  for (int i = 0; i < 10; ++i) {
    Told told = ask(question("Same", policy));
    EXPECT_EQ(told.text, "Hello there.");
    run_for(1min);
  }
  run_for(1h);
  EXPECT_FALSE(ask(question("Same", policy)).is_answered());
}

TEST_F(SharingTest, what_failed_is_asked_anew_and_not_joined) {
  add("only", [](int call, const model::ChatRequest&) {
    return call <= 3 ? refused(Kind::transient) : Script{};
  });
  EXPECT_FALSE(ask(question("Same", kept())).is_answered());
  EXPECT_TRUE(ask(question("Same", kept())).is_whole());
}

TEST_F(SharingTest, a_second_place_is_asked_after_the_first_and_may_fail) {  // E-34
  struct Broken final : store::Cache {
    Task<std::optional<std::string>> get(std::string) override {
      co_await sleep_for(1h);
      co_return std::nullopt;
    }
    Task<> put(std::string, std::string, Duration) override {
      throw Error(Code::unavailable, "It is away.");
    }
    Task<> erase_prefix(std::string) override { co_return; }
  } broken;
  store::MemoryCache second(time_.clock(), 1 << 20);
  second_ = &second;
  add("only", Script{});
  ask(question("Same", kept()));
  time_.run(cache_.erase_prefix(""));
  EXPECT_EQ(ask(question("Same", kept())).account.cache, CacheResult::hit);
  time_.run(second.erase_prefix(""));
  EXPECT_EQ(ask(question("Same", kept())).account.cache, CacheResult::hit) << "it was taken over";

  GatewayRig rig;
  rig.second_ = &broken;
  rig.add("only", Script{});
  Instant begun = rig.time_.clock().steady();
  EXPECT_TRUE(rig.ask(question("Same", kept())).is_whole());
  EXPECT_LE(rig.time_.clock().steady() - begun, KeptAnswers::second_time + 1ms);
  EXPECT_EQ(rig.ask(question("Same", kept())).account.cache, CacheResult::hit);
}

TEST_F(SharingTest, those_who_follow_are_told_when_the_server_stops) {
  add("only", Script{.gap = 1h});
  add("mute", Script{.head_after = 1h});
  settings_.groups = {{.name = "default", .members = {"only"}},
                      {.name = "mute", .members = {"mute"}}};
  auto heard = begin(question("Same", joined()), call(2h));
  ChatAsk other = question("Other");
  other.target = "mute";
  auto unheard = begin(std::move(other), call(2h));
  run_for(1s);
  time_.run(gateway_->stop());
  run_for(0s);
  EXPECT_EQ((*heard)->text, "Hello");
  EXPECT_EQ((*heard)->end.finish, model::Finish::truncated);
  EXPECT_FALSE((*unheard)->is_answered());
}

}  // namespace
}  // namespace antiphon::gateway::testing
