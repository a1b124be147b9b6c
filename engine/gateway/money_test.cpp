#include "engine/gateway/gateway_rig_test.h"

// E-39: what is spent, and that nobody spends more than may be.

namespace antiphon::gateway::testing {
namespace {

using Kind = Failure::Kind;
using Reason = GatewayFailure::Reason;

class MoneyTest : public GatewayTest {
 protected:
  MoneyTest() {
    // One millionth for each token of a question, two for each of an answer.
    settings_.prices = {{.model = "*", .input = 1, .output = 2}};
  }
  void with_budget(double hard, double soft = 0) {
    settings_.budgets = {{.tenant = "*", .soft = soft, .hard = hard}};
  }
  static ChatAsk limited(std::int64_t tokens_max) {
    ChatAsk wanted = question("four");
    wanted.request.options.tokens_max = tokens_max;
    return wanted;
  }
  Micros spent() { return budgets_->spent("ten_a"); }
};

TEST_F(MoneyTest, an_answer_costs_what_its_provider_counted) {  // E-39
  add("only", Script{});
  Told told = ask("Hi");
  EXPECT_EQ(told.account.cost, 10 + 2 * 5);
  EXPECT_EQ(spent(), 20);
}

TEST_F(MoneyTest, a_cut_answer_costs_what_came_of_it) {  // E-39
  Script half = cut_after(0);
  half.pieces = {"four", "four"};
  add("only", half);
  Told told = ask("four");
  EXPECT_TRUE(told.account.is_usage_estimated);
  EXPECT_EQ(told.account.cost, 5 + 2 * 2);
  EXPECT_EQ(spent(), 9);
}

TEST_F(MoneyTest, an_answer_that_was_left_costs_what_came_of_it) {  // E-39
  add("only", Script{.pieces = {"four", "four"}, .gap = 1h});
  auto told = begin(question("four"), call(1s));
  run_for(2s);
  EXPECT_EQ((*told)->end.finish, model::Finish::truncated);
  EXPECT_EQ(spent(), 5 + 2);
}

TEST_F(MoneyTest, failed_attempts_are_counted_too) {  // E-39
  Script nothing = empty();
  nothing.end.usage = {.tokens_in = 10, .tokens_out = 3};
  add("first", nothing);
  add("second", Script{});
  settings_.groups = {{.name = "default", .members = {"first"}, .fallback = {"rest"}},
                      {.name = "rest", .members = {"second"}}};
  Told told = ask("Hi");
  EXPECT_EQ(told.account.instance, "second");
  EXPECT_EQ(told.account.cost, 16 + 20);
  EXPECT_EQ(spent(), 36);
}

TEST_F(MoneyTest, five_hundred_calls_at_once_never_pass_the_limit) {  // E-39
  // Each reserves 7 for the question and 200 for the answer, and costs 10 + 2 * 90.
  with_budget(0.01);
  Script script{.first_after = 1s};
  script.end.usage = {.tokens_in = 5, .tokens_out = 90};
  add("only", script).concurrency_max = 1000;
  std::vector<std::shared_ptr<std::optional<Told>>> told;
  for (int i = 0; i < 500; ++i) told.push_back(begin(limited(100), call()));
  run_for(500ms);
  EXPECT_EQ(asked("only").calls, 10'000 / 207);
  run_for(10s);
  int answered = 0;
  for (auto& one : told) {
    answered += (*one)->is_whole() ? 1 : 0;
    if ((*one)->failure) EXPECT_EQ((*one)->failure->reason, Reason::budget);
  }
  EXPECT_EQ(answered, 10'000 / 207);
  EXPECT_LE(spent(), 10'000);
  EXPECT_EQ(spent(), answered * 185);
  while (ask(limited(100)).is_answered()) {
  }
  EXPECT_LE(spent(), 10'000);
  EXPECT_GT(spent(), 10'000 - 207);
}

TEST_F(MoneyTest, an_answer_that_outgrows_its_reservation_reserves_more_or_ends) {  // E-39
  with_budget(0.001);
  settings_.answer_tokens = 100;
  add("only", Script{.pieces = std::vector<std::string>(1000, "four")});
  Told told = ask("four");
  EXPECT_EQ(told.end.finish, model::Finish::truncated);
  EXPECT_LE(spent(), 1000);
  EXPECT_GT(spent(), 700);
}

TEST_F(MoneyTest, further_attempts_are_reserved_too) {  // E-39
  with_budget(0.0003);
  Script nothing = empty();
  nothing.end.usage = {.tokens_in = 5, .tokens_out = 90};
  add("only", nothing);
  Told told = ask(limited(100));
  EXPECT_EQ(told.failure->reason, Reason::budget);
  EXPECT_EQ(asked("only").calls, 1) << "185 are spent, another attempt may cost 207";
  EXPECT_EQ(told.failure->attempts, 1) << "nobody was asked a second time";
  EXPECT_EQ(spent(), 185);
}

TEST_F(MoneyTest, above_the_soft_limit_something_cheaper_answers) {  // E-39
  with_budget(1, 0.00002);
  add("dear", Script{.pieces = {"dear"}});
  add("cheap", Script{.pieces = {"cheap"}});
  settings_.groups = {{.name = "default", .members = {"dear"}, .cheaper = "small"},
                      {.name = "small", .members = {"cheap"}}};
  EXPECT_EQ(ask("Hi").text, "dear");
  EXPECT_EQ(ask("Hi").text, "cheap");
  EXPECT_TRUE(
      metrics_.to_text().contains("antiphon_gateway_budget_events_total{limit=\"soft\"} 1"));
}

TEST_F(MoneyTest, what_is_kept_is_given_without_money) {
  with_budget(0.00002);
  settings_.prices = {{.model = "*", .output = 4}};
  settings_.answer_tokens = 1;
  add("only", Script{});
  ChatAsk wanted = question("Same", {.time_to_live = 1h});
  wanted.request.options.tokens_max = 5;
  EXPECT_TRUE(ask(wanted).is_whole());
  EXPECT_EQ(ask(question("Other")).failure->reason, Reason::budget);
  EXPECT_TRUE(ask(wanted).is_whole());
}

TEST_F(MoneyTest, a_key_has_its_own_limit_below_the_tenants) {  // E-39
  add("only", Script{});
  ChatAsk wanted = question("four");
  wanted.allowance = Allowance{"key_1", 300};
  wanted.request.options.tokens_max = 100;
  EXPECT_TRUE(ask(wanted).is_whole());
  EXPECT_EQ(budgets_->spent("ten_a", "key_1"), 20);
  for (int i = 0; i < 10; ++i) ask(wanted);
  EXPECT_EQ(ask(wanted).failure->reason, Reason::budget);
  EXPECT_LE(budgets_->spent("ten_a", "key_1"), 300);
  EXPECT_TRUE(ask(limited(100)).is_whole()) << "the tenant's is another";
}

TEST_F(MoneyTest, calls_and_tokens_are_counted_by_the_conventions) {  // E-90
  add("only", Script{});
  ask("Hi");
  std::string text = metrics_.to_text();
  for (std::string_view line :
       {"gen_ai_client_operation_duration_seconds_count{error_type=\"none\",gen_ai_operation_name="
        "\"chat\",gen_ai_provider_name=\"openai\",gen_ai_request_model=\"only-model\"} 1",
        "gen_ai_client_token_usage_sum{gen_ai_operation_name=\"chat\",gen_ai_provider_name="
        "\"openai\",gen_ai_request_model=\"only-model\",gen_ai_token_type=\"output\"} 5",
        "gen_ai_server_time_to_first_token_seconds_count", "antiphon_gateway_attempts_total",
        "antiphon_gateway_running_calls{instance_name=\"only\"} 0"}) {
    EXPECT_TRUE(text.contains(line)) << line << "\n" << text;
  }
}

}  // namespace
}  // namespace antiphon::gateway::testing
