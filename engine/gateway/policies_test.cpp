#include <gtest/gtest.h>

#include <fstream>

#include "engine/gateway/answer_key.h"
#include "engine/gateway/budgets.h"
#include "engine/gateway/choice.h"
#include "engine/gateway/fleet.h"
#include "engine/gateway/retry.h"
#include "engine/gateway/speed.h"
#include "engine/gateway/turn_queue.h"
#include "engine/schema/config.h"
#include "engine/testing/virtual_time.h"

// The pure policies of the gateway.

namespace antiphon::gateway {
namespace {

using namespace std::chrono_literals;
using Kind = model::ProviderFailure::Kind;

const Instant start = Instant(1h);

TEST(RetryTest, each_kind_of_failure_has_its_rule) {  // E-33
  for (Kind kind : {Kind::overloaded, Kind::transient, Kind::too_slow, Kind::empty, Kind::truncated,
                    Kind::malformed}) {
    RetryRule rule = rule_of(kind);
    EXPECT_TRUE(rule.again && rule.elsewhere && rule.counts) << to_text(kind);
  }
  for (Kind kind : {Kind::auth, Kind::quota_exhausted, Kind::unsupported, Kind::context_too_long}) {
    RetryRule rule = rule_of(kind);
    EXPECT_TRUE(!rule.again && rule.elsewhere && !rule.counts) << to_text(kind);
  }
  for (Kind kind : {Kind::bad_request, Kind::refused}) {
    RetryRule rule = rule_of(kind);
    EXPECT_FALSE(rule.again || rule.elsewhere || rule.counts) << to_text(kind);
  }
  EXPECT_FALSE(rule_of(Kind::rate_limited).counts);
}

TEST(RetryTest, a_limit_or_a_bad_key_puts_out_for_as_long_as_is_said) {
  auto outage = [](Kind kind, std::optional<Duration> hint) {
    return outage_of({.kind = kind, .retry_after = hint});
  };
  EXPECT_EQ(outage(Kind::rate_limited, 7s)->time, Duration(7s));
  EXPECT_FALSE(outage(Kind::rate_limited, 7s)->is_whole_instance);
  EXPECT_EQ(outage(Kind::rate_limited, std::nullopt)->time, Duration(1s));
  EXPECT_EQ(outage(Kind::quota_exhausted, 2h)->time, Duration(2h));
  EXPECT_TRUE(outage(Kind::quota_exhausted, 2h)->is_whole_instance);
  EXPECT_TRUE(outage(Kind::auth, std::nullopt)->is_whole_instance);
  EXPECT_FALSE(outage(Kind::overloaded, std::nullopt));
  EXPECT_FALSE(outage(Kind::transient, 5s));
}

TEST(RetryTest, waits_are_drawn_below_a_limit_that_doubles) {
  SeededRandom random(3);
  for (int attempt = 1; attempt < 12; ++attempt) {
    Duration limit = std::min<Duration>(back_off_base * (1 << (attempt - 1)), back_off_most);
    Duration longest{};
    for (int i = 0; i < 200; ++i) {
      Duration wait = back_off(attempt, random);
      EXPECT_LE(wait, limit);
      longest = std::max(longest, wait);
    }
    EXPECT_GT(longest, limit * 9 / 10) << "full jitter reaches up to its limit";
  }
}

TEST(RetryTest, further_attempts_are_earned_by_first_ones) {  // E-33
  RetryBudget budget(0.5);
  int taken = 0;
  while (budget.take()) ++taken;
  EXPECT_EQ(taken, 10);
  budget.on_first();
  EXPECT_FALSE(budget.may_take());
  budget.on_first();
  EXPECT_TRUE(budget.take());
  EXPECT_FALSE(budget.take());
}

TEST(SpeedTest, averages_move_and_leave_cold_starts_out) {  // E-32, E-109
  Speed speed;
  EXPECT_FALSE(speed.first_token());
  speed.add({.first_token = 1s, .total = 2s, .tokens_out = 11});
  EXPECT_EQ(speed.first_token(), Duration(1s));
  EXPECT_EQ(speed.token(), Duration(100ms));
  speed.add({.first_token = 60s, .total = 90s, .tokens_out = 11, .is_cold = true});
  EXPECT_EQ(speed.first_token(), Duration(1s));
  EXPECT_EQ(speed.cold_starts(), 1);
  speed.add({.first_token = 2s, .total = 2s, .tokens_out = 1});
  EXPECT_EQ(speed.first_token(), Duration(1200ms));
  EXPECT_EQ(speed.token(), Duration(100ms)) << "one token has no rate";
}

TEST(SpeedTest, the_95th_of_a_hundred_is_known_after_twenty) {
  Speed speed;
  for (int i = 1; i < 20; ++i) speed.add({.first_token = i * 1ms, .total = 1s});
  EXPECT_FALSE(speed.first_token_p95());
  speed.add({.first_token = 20ms, .total = 1s});
  EXPECT_EQ(speed.first_token_p95(), Duration(19ms));
}

TEST(ChoiceTest, round_robin_goes_by_weight) {  // E-32
  std::vector<Candidate> candidates{{.route = 0, .weight = 2}, {.route = 1, .weight = 1}};
  Turns turns;
  SeededRandom random(1);
  std::vector<std::size_t> chosen;
  for (int i = 0; i < 6; ++i) {
    chosen.push_back(choose_candidate(Balance::round_robin, candidates, turns, random));
  }
  EXPECT_EQ(chosen, (std::vector<std::size_t>{0, 1, 0, 0, 1, 0}));
}

TEST(ChoiceTest, least_loaded_looks_at_the_share_of_places_taken) {  // E-32
  std::vector<Candidate> candidates{{.route = 0, .running = 5, .concurrency = 100},
                                    {.route = 1, .running = 2, .concurrency = 4},
                                    {.route = 2, .running = 1, .waiting = 30, .concurrency = 100}};
  Turns turns;
  SeededRandom random(1);
  EXPECT_EQ(choose_candidate(Balance::least_loaded, candidates, turns, random), 0u);
}

TEST(ChoiceTest, of_two_the_faster_one_is_taken_and_the_slowest_of_three_hardly) {  // E-32
  std::vector<Candidate> candidates{{.route = 0, .first_token = 100ms},
                                    {.route = 1, .first_token = 200ms},
                                    {.route = 2, .first_token = 900ms}};
  Turns turns;
  SeededRandom random(1);
  std::array<int, 3> chosen{};
  for (int i = 0; i < 3000; ++i) {
    ++chosen[choose_candidate(Balance::power_of_two, candidates, turns, random)];
  }
  EXPECT_NEAR(chosen[0], 2000, 150);
  EXPECT_NEAR(chosen[1], 1000, 150);
  EXPECT_EQ(chosen[2], 0) << "whoever it is drawn with is faster";
}

TEST(ChoiceTest, load_and_rate_count_beside_the_first_token) {
  Candidate idle{.concurrency = 1, .first_token = 300ms};
  Candidate busy{.running = 2, .concurrency = 1, .first_token = 200ms};
  EXPECT_LT(expected_answer(idle, 0s), expected_answer(busy, 0s));
  Candidate slow{.first_token = 100ms, .token = 50ms};
  EXPECT_LT(expected_answer(idle, 0s), expected_answer(slow, 0s));
}

TEST(ChoiceTest, what_returns_gets_its_share_slowly) {  // E-32
  EXPECT_EQ(weight_of_return(std::nullopt, start), 1);
  EXPECT_DOUBLE_EQ(weight_of_return(start, start), 0.1);
  EXPECT_DOUBLE_EQ(weight_of_return(start, start + return_time / 2), 0.55);
  EXPECT_EQ(weight_of_return(start, start + return_time), 1);
}

TEST(TurnQueueTest, live_comes_before_batch_and_tenants_by_turns) {  // E-32
  TurnQueue queue(100);
  for (TurnQueue::Ticket i = 0; i < 4; ++i) queue.push(Priority::batch, "b", 100 + i);
  for (TurnQueue::Ticket i = 0; i < 4; ++i) queue.push(Priority::live, "greedy", 10 + i);
  queue.push(Priority::live, "modest", 20);
  EXPECT_EQ(queue.ahead_of(Priority::live), 5u);
  EXPECT_EQ(queue.ahead_of(Priority::batch), 9u);
  std::vector<TurnQueue::Ticket> order;
  while (auto ticket = queue.pop()) order.push_back(*ticket);
  EXPECT_EQ(order, (std::vector<TurnQueue::Ticket>{10, 20, 11, 12, 13, 100, 101, 102, 103}));
}

TEST(TurnQueueTest, is_bounded_and_makes_room_for_live_and_for_who_has_less) {  // E-32
  TurnQueue queue(3);
  queue.push(Priority::batch, "a", 1);
  queue.push(Priority::live, "a", 2);
  queue.push(Priority::live, "a", 3);
  auto pushed = queue.push(Priority::live, "a", 4);
  EXPECT_TRUE(pushed.is_in);
  EXPECT_EQ(pushed.displaced, 1u);
  EXPECT_FALSE(queue.push(Priority::live, "a", 5).is_in);
  EXPECT_FALSE(queue.push(Priority::batch, "b", 6).is_in);
  pushed = queue.push(Priority::live, "b", 7);
  EXPECT_TRUE(pushed.is_in);
  EXPECT_EQ(pushed.displaced, 4u);
  EXPECT_FALSE(queue.push(Priority::live, "b", 8).is_in) << "it would have as many then";
  EXPECT_EQ(queue.size(), 3u);
  EXPECT_TRUE(queue.remove(Priority::live, "b", 7));
  EXPECT_FALSE(queue.remove(Priority::live, "b", 7));
  EXPECT_EQ(queue.size(), 2u);
}

TEST(PricesTest, the_first_row_that_fits_a_model_counts_and_costs_are_rounded_up) {  // E-39
  PriceTable table({{.model = "gpt-4o-mini*", .input = 0.15, .cached = 0.075, .output = 0.6},
                    {.model = "*", .input = 1, .output = 2}});
  Price mini = table.of("gpt-4o-mini-2024");
  EXPECT_EQ(mini.input, 150'000);
  EXPECT_EQ(cost_of(mini, {.tokens_in = 1'000'000, .tokens_out = 500'000}), 450'000);
  EXPECT_EQ(cost_of(mini, {.tokens_in = 1'000'000, .tokens_cached = 400'000}), 120'000);
  EXPECT_EQ(cost_of(mini, {.tokens_in = 1}), 1);
  EXPECT_EQ(cost_of(mini, {}), 0);
  EXPECT_EQ(cost_of(mini, {.tokens_in = -5, .tokens_out = -7}), 0);
  EXPECT_EQ(table.of("other").cached, 1'000'000) << "without its own: as the question";
  EXPECT_EQ(PriceTable({}).of("other").output, 0);
  EXPECT_GT(cost_of(table.of("other"), {.tokens_in = std::numeric_limits<std::int64_t>::max()}), 0);
}

TEST(PricesTest, patterns_have_stars) {
  EXPECT_TRUE(fits("a*c", "abbc"));
  EXPECT_TRUE(fits("*", ""));
  EXPECT_TRUE(fits("a*", "a"));
  EXPECT_TRUE(fits("*b*", "abc"));
  EXPECT_FALSE(fits("a*c", "abcd"));
  EXPECT_FALSE(fits("abc", "ab"));
}

TEST(PricesTest, tokens_are_estimated_by_letters) {
  EXPECT_EQ(estimate_tokens(""), 0);
  EXPECT_EQ(estimate_tokens("four"), 1);
  EXPECT_EQ(estimate_tokens("fiver"), 2);
  EXPECT_EQ(estimate_tokens("日本"), 3);
  model::ChatRequest request{.messages = {{model::Role::user, "four"}}};
  EXPECT_EQ(estimate_tokens(request), 5);
}

TEST(BudgetsTest, reservations_count_as_spent_and_none_passes_the_limit) {  // E-39
  antiphon::testing::FakeClock clock;
  Budgets budgets({{.tenant = "*", .soft = 0.5, .hard = 1}}, clock);
  Payer payer{.tenant = "ten_a"};
  EXPECT_TRUE(budgets.reserve(payer, 400'000));
  EXPECT_EQ(budgets.state(payer), Budgets::State::open);
  EXPECT_TRUE(budgets.reserve(payer, 600'000));
  EXPECT_EQ(budgets.state(payer), Budgets::State::hard);
  EXPECT_FALSE(budgets.reserve(payer, 1));
  budgets.settle(payer, 600'000, 200'000);
  EXPECT_EQ(budgets.state(payer), Budgets::State::soft);
  EXPECT_EQ(budgets.spent("ten_a"), 200'000);
  EXPECT_TRUE(budgets.reserve(payer, 400'000));
  EXPECT_TRUE(budgets.reserve({.tenant = "ten_b"}, 1'000'000)) << "each tenant has its own";
}

TEST(BudgetsTest, an_allowance_is_counted_beside_its_tenant) {  // E-39
  antiphon::testing::FakeClock clock;
  Budgets budgets({{.tenant = "*", .hard = 1}}, clock);
  Payer key{.tenant = "ten_a", .allowance = Allowance{"key_1", 300'000}};
  EXPECT_FALSE(budgets.reserve(key, 300'001));
  EXPECT_TRUE(budgets.reserve(key, 300'000));
  EXPECT_FALSE(budgets.reserve({.tenant = "ten_a"}, 700'001)) << "the tenant pays it too";
  EXPECT_TRUE(budgets.reserve({.tenant = "ten_a"}, 700'000));
  budgets.settle(key, 300'000, 100'000);
  EXPECT_EQ(budgets.spent("ten_a", "key_1"), 100'000);
  EXPECT_EQ(budgets.spent("ten_a"), 100'000);
}

TEST(BudgetsTest, a_period_ends_and_what_is_reserved_stays) {  // E-39
  antiphon::testing::FakeClock clock;
  Budgets budgets({{.tenant = "*", .hard = 1, .period = Period::day}}, clock);
  Payer payer{.tenant = "ten_a"};
  ASSERT_TRUE(budgets.reserve(payer, 1'000'000));
  budgets.settle(payer, 400'000, 400'000);
  clock.advance(24h);
  EXPECT_EQ(budgets.spent("ten_a"), 0);
  EXPECT_FALSE(budgets.reserve(payer, 400'001)) << "600,000 are reserved still";
  EXPECT_TRUE(budgets.reserve(payer, 400'000));
}

TEST(BudgetsTest, what_was_spent_before_the_start_counts_by_its_period) {  // E-39
  antiphon::testing::FakeClock clock;
  Budgets budgets({{.tenant = "*", .hard = 1, .period = Period::day},
                   {.tenant = "ten_m", .hard = 1, .period = Period::month}},
                  clock);
  budgets.load(std::vector<Spent>{{"ten_d", "", 100'000, 500'000, 900'000},
                                  {"ten_m", "", 100'000, 500'000, 900'000}});
  EXPECT_EQ(budgets.spent("ten_d"), 100'000);
  EXPECT_EQ(budgets.spent("ten_m"), 500'000);
}

TEST(AnswerKeyTest, all_that_an_answer_depends_on_is_in_its_key) {  // E-34, E-94
  ChatAsk ask{
      .target = "default", .request = {.messages = {{model::Role::user, "Hi"}}}, .purpose = "test"};
  std::set<std::string> keys{key_of(ask, "ten_a")};
  auto expect_other = [&](const char* what, auto change) {
    ChatAsk other = ask;
    change(other);
    EXPECT_TRUE(keys.insert(key_of(other, "ten_a")).second) << what;
  };
  EXPECT_TRUE(keys.insert(key_of(ask, "ten_b")).second) << "tenant";
  expect_other("target", [](ChatAsk& a) { a.target = "large"; });
  expect_other("purpose", [](ChatAsk& a) { a.purpose = "other"; });
  expect_other("sources", [](ChatAsk& a) { a.cache.sources = {"v2"}; });
  expect_other("text", [](ChatAsk& a) { a.request.messages[0].text = "Ho"; });
  expect_other("role", [](ChatAsk& a) { a.request.messages[0].role = model::Role::system; });
  expect_other("temperature", [](ChatAsk& a) { a.request.options.temperature = 0.5; });
  expect_other("top_p", [](ChatAsk& a) { a.request.options.top_p = 0.5; });
  expect_other("repeat_penalty", [](ChatAsk& a) { a.request.options.repeat_penalty = 0.5; });
  expect_other("tokens_max", [](ChatAsk& a) { a.request.options.tokens_max = 5; });
  expect_other("context_tokens", [](ChatAsk& a) { a.request.options.context_tokens = 5; });
  expect_other("seed", [](ChatAsk& a) { a.request.options.seed = 5; });
  expect_other("stop", [](ChatAsk& a) { a.request.options.stop = {"."}; });
  expect_other("shape", [](ChatAsk& a) { a.request.output.kind = model::OutputShape::Kind::json; });
  expect_other("schema", [](ChatAsk& a) { a.request.output.schema = "{}"; });
  expect_other("tools", [](ChatAsk& a) { a.request.tools = {{"look", "", "{}"}}; });
  expect_other("bytes", [](ChatAsk& a) { a.request.messages[0].text = "\xff"; });
  ChatAsk whole = ask;
  whole.request.is_streamed = false;
  EXPECT_EQ(key_of(whole, "ten_a"), key_of(ask, "ten_a")) << "pieces or not is no difference";
  EXPECT_TRUE(key_of(ask, "ten_a").starts_with("ten_a/"));
}

TEST(SettingsTest, unknown_and_double_names_are_told_by_their_place) {
  GatewaySettings settings;
  settings.instances = {
      {.name = "one", .models = {"m"}}, {.name = "one", .models = {"m"}}, {.name = "a/b"}};
  settings.groups = {{.name = "g", .members = {"one", "one/m", "one/x", "two"}, .fallback = {"h"}}};
  settings.tiers = {{.name = "g", .group = "g"}, {.name = "auto", .group = "i"}};
  std::vector<std::string> places;
  for (const FieldError& fault : find_faults(settings)) places.push_back(fault.pointer);
  EXPECT_EQ(places, (std::vector<std::string>{"/instances/1/name", "/instances/2/name",
                                              "/instances/2/models", "/groups/0/members/2",
                                              "/groups/0/members/3", "/groups/0/fallback/0",
                                              "/tiers/0/name", "/tiers/1/name", "/tiers/1/group"}));
}

struct WholeSettings {
  GatewaySettings gateway;
};
auto describe(schema::Tag<WholeSettings>) {
  return schema::object<WholeSettings>("WholeSettings")
      .field("gateway", &WholeSettings::gateway, "")
      .all_defaulted();
}

TEST(SettingsTest, the_example_of_the_readme_is_right) {
  std::ifstream file("engine/gateway/README.md");
  std::string text(std::istreambuf_iterator<char>(file), {});
  std::string fence = "```toml\n";
  std::size_t begin = text.find(fence) + fence.size();
  auto config = schema::load_config<WholeSettings>(
      {.toml = text.substr(begin, text.find("```", begin) - begin)});
  EXPECT_TRUE(find_faults(config.values.gateway).empty());
  antiphon::testing::FakeClock clock;
  Fleet fleet(config.values.gateway, clock);
  EXPECT_EQ(fleet.plan("default", 1, false).front()->name, "default");
  EXPECT_EQ(fleet.plan("default", 1, true).front()->name, "small");
  EXPECT_EQ(fleet.plan("auto", 1, false).front()->name, "small");
  EXPECT_EQ(fleet.plan("auto", 5'000, false).front()->name, "default");
  EXPECT_EQ(fleet.plan("embeddings", 1, false).front()->embed.size(), 1u);
  EXPECT_EQ(fleet.plan("large-1", 1, false).front()->chat.front().info().price.cached, 2'500'000);
}

}  // namespace
}  // namespace antiphon::gateway
