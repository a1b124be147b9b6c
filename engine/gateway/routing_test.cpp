#include "engine/gateway/gateway_rig_test.h"

// E-32: who is asked, and in which order those who wait have their turn.

namespace antiphon::gateway::testing {
namespace {

using Kind = Failure::Kind;
using Reason = GatewayFailure::Reason;

class RoutingTest : public GatewayTest {
 protected:
  ChatAsk for_target(std::string target) {
    ChatAsk wanted = question("Hi");
    wanted.target = std::move(target);
    return wanted;
  }
  Call as_tenant(std::string tenant, Duration left = 1h) { return call(left, std::move(tenant)); }
};

TEST_F(RoutingTest, names_are_groups_tiers_and_models) {  // E-32
  add("small", Script{.pieces = {"small"}});
  add("big", Script{.pieces = {"big"}});
  settings_.groups = {{.name = "default", .members = {"small"}},
                      {.name = "strong", .members = {"big/big-model"}}};
  settings_.tiers = {{.name = "fast", .group = "default", .tokens_in_max = 20},
                     {.name = "large", .group = "strong"}};
  EXPECT_EQ(ask(for_target("default")).text, "small");
  EXPECT_EQ(ask(for_target("strong")).text, "big");
  EXPECT_EQ(ask(for_target("fast")).text, "small");
  EXPECT_EQ(ask(for_target("large")).text, "big");
  EXPECT_EQ(ask(for_target("big-model")).text, "big");
  EXPECT_EQ(ask(for_target("auto")).text, "small");
  ChatAsk demanding = for_target("auto");
  demanding.request.messages[0].text = std::string(400, 'x');
  EXPECT_EQ(ask(demanding).text, "big");
  std::vector<std::string> names;
  for (const Target& target : gateway().targets()) names.push_back(target.name);
  EXPECT_EQ(names, (std::vector<std::string>{"default", "strong", "fast", "large", "auto",
                                             "big-model", "small-model"}));
}

TEST_F(RoutingTest, a_tier_that_lacks_something_leaves_it_to_the_next) {
  add("small", Script{.pieces = {"small"}});
  add("big", Script{.pieces = {"big"}});
  settings_.groups = {{.name = "weak", .members = {"small"}},
                      {.name = "strong", .members = {"big"}}};
  settings_.tiers = {{.name = "fast", .group = "weak"}, {.name = "large", .group = "strong"}};
  scripted_["small"]->can.tools = false;
  ChatAsk wanted = for_target("auto");
  wanted.request.tools = {{"look", "", "{}"}};
  EXPECT_EQ(ask(wanted).text, "big");
}

TEST_F(RoutingTest, no_more_calls_run_than_an_instance_takes) {  // E-32
  add("only", Script{.first_after = 1s}).concurrency_max = 3;
  std::vector<std::shared_ptr<std::optional<Told>>> told;
  for (int i = 0; i < 20; ++i) told.push_back(begin(question("Hi"), as_tenant("ten_a")));
  run_for(60s);
  for (auto& one : told) EXPECT_TRUE(one->has_value() && (*one)->is_whole());
  EXPECT_EQ(asked("only").running_most, 3);
  EXPECT_EQ(fleet_->instances()[0]->running(), 0u);
}

TEST_F(RoutingTest, live_is_served_before_batch_and_tenants_by_turns) {  // E-32
  add("only", Script{.first_after = 1s}).concurrency_max = 1;
  auto enqueue = [&](std::string tenant, Priority priority, std::string text) {
    ChatAsk wanted = question(std::move(text));
    wanted.priority = priority;
    begin(std::move(wanted), as_tenant(std::move(tenant)));
  };
  enqueue("ten_x", Priority::live, "first");
  enqueue("ten_b", Priority::batch, "batch");
  for (int i = 0; i < 3; ++i) enqueue("ten_a", Priority::live, "a" + std::to_string(i));
  enqueue("ten_c", Priority::live, "c0");
  run_for(60s);
  EXPECT_EQ(asked("only").questions,
            (std::vector<std::string>{"first", "a0", "c0", "a1", "a2", "batch"}));
}

TEST_F(RoutingTest, a_full_queue_refuses_and_says_until_when) {  // E-32
  InstanceSettings& only = add("only", Script{.first_after = 1s});
  only.concurrency_max = 1;
  only.queue_max = 2;
  ask("To learn how long calls take");
  std::vector<std::shared_ptr<std::optional<Told>>> told;
  for (int i = 0; i < 4; ++i) told.push_back(begin(question("Hi"), as_tenant("ten_a")));
  run_for(10ms);
  ASSERT_TRUE(told[3]->has_value());
  EXPECT_EQ((*told[3])->failure->reason, Reason::exhausted);
  EXPECT_EQ((*told[3])->failure->attempts, 0);
  EXPECT_TRUE((*told[3])->failure->retry_after);
  EXPECT_TRUE(metrics_.to_text().contains(
      "antiphon_gateway_refused_total{instance_name=\"only\",reason=\"full\"} 1"));
  run_for(60s);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE((*told[i])->is_whole());
}

TEST_F(RoutingTest, who_cannot_have_a_turn_in_time_does_not_wait) {  // E-32, E-33
  add("only", Script{.first_after = 5s}).concurrency_max = 1;
  ask("To learn how long calls take");
  begin(question("Hi"), as_tenant("ten_a"));
  Instant begun = time_.clock().steady();
  Told told = ask("Hi", 3s);
  EXPECT_EQ(told.failure->reason, Reason::exhausted);
  EXPECT_EQ(time_.clock().steady(), begun);
}

TEST_F(RoutingTest, who_leaves_the_queue_leaves_no_gap) {
  add("only", Script{.first_after = 1s}).concurrency_max = 1;
  begin(question("first"), as_tenant("ten_a"));
  begin(question("leaves"), as_tenant("ten_a", 500ms));
  auto last = begin(question("last"), as_tenant("ten_a"));
  run_for(2100ms);
  EXPECT_TRUE((*last)->is_whole());
  EXPECT_EQ(asked("only").questions, (std::vector<std::string>{"first", "last"}));
}

TEST_F(RoutingTest, an_open_breaker_is_passed_over_until_one_probe_succeeds) {  // E-32, E-95
  bool is_well = false;
  add("shaky", [&](int, const model::ChatRequest&) {
    return is_well ? Script{.first_after = 1s, .pieces = {"shaky"}} : refused(Kind::transient);
  });
  add("spare", Script{.pieces = {"spare"}});
  settings_.groups = {{.name = "default", .members = {"shaky"}, .fallback = {"rest"}},
                      {.name = "rest", .members = {"spare"}}};
  for (int i = 0; i < 10; ++i) EXPECT_EQ(ask("Hi").text, "spare");
  EXPECT_EQ(asked("shaky").calls, 5);
  EXPECT_EQ(fleet_->instances()[0]->breaker_state(0), Breaker::State::open);
  is_well = true;
  run_for(61s);
  std::vector<std::shared_ptr<std::optional<Told>>> told;
  for (int i = 0; i < 5; ++i) told.push_back(begin(question("Hi"), as_tenant("ten_a")));
  run_for(10ms);
  EXPECT_EQ(asked("shaky").calls, 6) << "one probe, the others go elsewhere";
  run_for(2s);
  EXPECT_EQ((*told[0])->text, "shaky");
  EXPECT_EQ((*told[1])->text, "spare");
  EXPECT_EQ(fleet_->instances()[0]->breaker_state(0), Breaker::State::closed);
  EXPECT_EQ(ask("Hi").text, "shaky");
}

TEST_F(RoutingTest, silence_until_the_deadline_opens_the_breaker_too) {  // E-33
  add("mute", Script{.head_after = 24h});
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(ask("Hi", 2s).failure->reason, Reason::timeout);
  }
  EXPECT_EQ(fleet_->instances()[0]->breaker_state(0), Breaker::State::open);
  GatewayRig rig;
  rig.add("mute", Script{.head_after = 24h});
  for (int i = 0; i < 5; ++i) rig.ask("Hi", 100ms);
  EXPECT_EQ(rig.fleet_->instances()[0]->breaker_state(0), Breaker::State::closed)
      << "a tenth of a second says nothing against anybody";
}

TEST_F(RoutingTest, a_limit_puts_one_model_out_and_a_bad_key_all_of_its_instance) {  // E-32
  InstanceSettings& one = add("one", [](int, const model::ChatRequest& request) {
    if (request.model == "limited") return refused(Kind::rate_limited, 60s);
    if (request.model == "locked") return refused(Kind::auth);
    return Script{.pieces = {request.model}};
  });
  one.models = {"limited", "locked", "free"};
  EXPECT_EQ(ask(for_target("limited")).failure->reason, Reason::exhausted);
  EXPECT_EQ(ask(for_target("limited")).failure->attempts, 0) << "limited until then";
  EXPECT_EQ(ask(for_target("free")).text, "free");
  EXPECT_EQ(ask(for_target("locked")).failure->reason, Reason::failed);
  EXPECT_EQ(ask(for_target("free")).failure->reason, Reason::exhausted);
  run_for(5min);
  EXPECT_EQ(ask(for_target("free")).text, "free");
}

TEST_F(RoutingTest, checks_eject_what_is_not_there_and_take_it_back) {  // E-32
  add("one", Script{.pieces = {"one"}});
  add("two", Script{.pieces = {"two"}});
  settings_.groups = {
      {.name = "default", .members = {"one", "two"}, .balance = Balance::round_robin}};
  settings_.check_every_ms = 10s;
  scripted_["one"]->is_there = false;
  TaskGroup watch([](const std::exception_ptr&) {});
  auto begin_watch = [&]() -> Task<> {
    watch.spawn(gateway_->keep_watch());
    co_return;
  };
  gateway();
  time_.run(begin_watch());
  run_for(11s);
  EXPECT_FALSE(fleet_->instances()[0]->is_ejected()) << "one bad check is none";
  run_for(10s);
  EXPECT_TRUE(fleet_->instances()[0]->is_ejected());
  for (int i = 0; i < 4; ++i) EXPECT_EQ(ask("Hi").text, "two");
  scripted_["two"]->is_there = false;
  run_for(20s);
  EXPECT_TRUE(ask("Hi").is_whole()) << "where all are ejected, they are asked all the same";
  scripted_["one"]->is_there = true;
  run_for(10s);
  EXPECT_FALSE(fleet_->instances()[0]->is_ejected());
  double weight =
      fleet_->instances()[0]->view(0, Priority::live, time_.clock().steady()).candidate.weight;
  EXPECT_LT(weight, 0.5) << "it returns slowly";
  time_.run(watch.stop());
}

TEST_F(RoutingTest, models_are_warmed_and_cold_starts_left_out_of_averages) {  // E-109
  add("cold", [](int call, const model::ChatRequest& request) {
    EXPECT_EQ(request.options.tokens_max, call <= 2 ? 1 : 0);
    Script script{.first_after = call == 1 ? Duration(30s) : Duration(100ms)};
    script.end.is_cold = call == 1;
    return script;
  }).warm = true;
  add("hot", Script{});
  gateway();
  time_.run(gateway_->warm());
  time_.run(gateway_->warm());
  EXPECT_EQ(asked("cold").calls, 2);
  EXPECT_EQ(asked("hot").calls, 0) << "its settings do not say so";
  EXPECT_EQ(fleet_->instances()[0]->cold_starts(), 1);
  Instant now = time_.clock().steady();
  EXPECT_FALSE(fleet_->instances()[0]->view(0, Priority::live, now).candidate.first_token);
}

TEST_F(RoutingTest, a_cold_answer_does_not_make_an_instance_slow) {  // E-32, E-109
  Script cold{.first_after = 8s};
  cold.end.is_cold = true;
  add("one", cold);
  EXPECT_TRUE(ask("Hi").is_whole());
  auto view = fleet_->instances()[0]->view(0, Priority::live, time_.clock().steady());
  EXPECT_FALSE(view.candidate.first_token);
  EXPECT_EQ(fleet_->instances()[0]->cold_starts(), 1);
}

class HedgingTest : public GatewayTest {
 protected:
  // "slow" mostly has its first content after 100 ms; "spare" after 10 ms.
  void make(double share) {
    add("slow", [this](int, const model::ChatRequest&) {
      return Script{.first_after = is_slow_ ? Duration(5s) : Duration(100ms), .pieces = {"slow"}};
    });
    add("spare", Script{.first_after = 10ms, .pieces = {"spare"}});
    settings_.groups = {{.name = "default", .members = {"slow"}, .fallback = {"rest"}},
                        {.name = "rest", .members = {"spare"}}};
    settings_.hedge = true;
    settings_.hedge_share = share;
    for (int i = 0; i < 40; ++i) EXPECT_EQ(ask("Hi").text, "slow");
    is_slow_ = true;
  }

  bool is_slow_ = false;
};

TEST_F(HedgingTest, a_second_is_asked_when_the_first_is_slower_than_mostly) {  // E-32
  make(0.05);
  Instant begun = time_.clock().steady();
  Told told = ask("Hi");
  EXPECT_EQ(told.text, "spare");
  EXPECT_EQ(told.account.attempts, 2);
  EXPECT_LE(time_.clock().steady() - begun, 115ms);
  EXPECT_EQ(asked("slow").running, 0) << "who lost is let go";
  EXPECT_EQ(fleet_->instances()[0]->running(), 0u);
  EXPECT_EQ(fleet_->instances()[1]->running(), 0u);
}

TEST_F(HedgingTest, second_requests_are_a_small_share) {  // E-32
  make(0.05);
  int hedged = 0;
  for (int i = 0; i < 40; ++i) hedged += ask("Hi").text == "spare" ? 1 : 0;
  EXPECT_GE(hedged, 1);
  EXPECT_LE(hedged, 4) << "one in twenty of eighty";
}

TEST_F(HedgingTest, who_has_time_or_asks_in_batches_waits) {
  make(0.5);
  EXPECT_EQ(ask("Hi", 60s).text, "slow");
  ChatAsk batch = question("Hi");
  batch.priority = Priority::batch;
  EXPECT_EQ(ask(batch).text, "slow");
}

TEST_F(HedgingTest, a_hedged_question_that_is_left_leaves_nothing_behind) {
  make(0.5);
  auto told = begin(question("Hi"), call(105ms));
  run_for(10s);
  EXPECT_FALSE((*told)->is_answered());
  EXPECT_EQ(asked("slow").running + asked("spare").running, 0);
  EXPECT_EQ(fleet_->instances()[0]->running() + fleet_->instances()[1]->running(), 0u);
}

}  // namespace
}  // namespace antiphon::gateway::testing
