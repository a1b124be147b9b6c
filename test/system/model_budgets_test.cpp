// E-39: what a key may spend, through the whole program: many who ask at once, what was produced,
// and what is told of it.

#include <gmock/gmock.h>

#include "test/system/models_system.h"

namespace antiphon::testing {
namespace {

using ::testing::HasSubstr;

constexpr int askers = 500;
constexpr int budget = 900;  // a token costs 1

class ModelBudgetsTest : public ModelsSystemTest {
 protected:
  Task<> start() {
    co_await start_models();
    // Long enough that many are under way at once.
    co_await script(R"({"otherwise":{"text":"one two three four","delayHeadMs":30}})");
    co_await start_server(
        fmt::format("[[providers]]\nname = \"standin\"\nkind = \"openai\"\nurl = \"http://{}/v1\"\n"
                    "[gateway]\ncheck_every_ms = 0\n"
                    "[[gateway.instances]]\nname = \"standin\"\nmodels = [\"small\"]\n"
                    "concurrency_max = {}\nqueue_max = {}\n"
                    "[[gateway.prices]]\nmodel = \"small\"\ninput = 1000000\noutput = 1000000\n",
                    upstream_.text(), askers, askers));
    owner_ = co_await owner_token(*server_);
    co_await empty_ledger();
  }

  // Each question is another one, so that none shares an answer.
  static std::string question(int number) {
    return fmt::format(R"({{"model":"small","max_tokens":8,"stream":{},)"
                       R"("messages":[{{"role":"user","content":"Question {}"}}]}})",
                       number % 2 == 0, number);
  }

  Task<> ask_as(std::string key, int number) {
    auto answer = co_await crowd_.send(
        to_front("/v1/chat/completions", question(number), std::move(key)), soon());
    if (answer.status == 200) {
      ++answered_;
      EXPECT_THAT(answer.body, HasSubstr("four"));
    } else {
      ++refused_;
      EXPECT_EQ(answer.status, 429) << answer.body;
      EXPECT_THAT(answer.body, HasSubstr("insufficient_quota"));
    }
  }

  Task<> ask_all_as(std::string key) {
    TaskGroup all([](const std::exception_ptr&) { ADD_FAILURE() << "a call was lost"; });
    for (int i = 0; i < askers; ++i) all.spawn(ask_as(key, i));
    co_await all.join();
  }

  // Tokens of questions and answers: what the provider charges.
  Task<std::int64_t> produced() {
    auto told = co_await settled_ledger();
    co_return told.at("/total/tokensIn").integer() + told.at("/total/tokensOut").integer();
  }

  int answered_ = 0;
  int refused_ = 0;
  std::string owner_;
  http::NetworkHttpClient crowd_{
      network_,
      {.reach = http::Reach::everywhere,
       .pool = {.connections_max = askers, .acquire_time = std::chrono::minutes(1)}}};
};

TEST_F(ModelBudgetsTest, E39_five_hundred_at_once_never_spend_beyond_a_keys_limit) {
  run([&]() -> Task<> {
    co_await start();
    std::string key = co_await make_key(budget);
    co_await ask_all_as(key);
    EXPECT_EQ(answered_ + refused_, askers);
    EXPECT_GT(answered_, 0);
    EXPECT_GT(refused_, 0) << "the budget is too large to show anything";
    auto cost = co_await produced();
    EXPECT_LE(cost, budget) << answered_ << " were answered";

    // What is told is what the provider counted.
    auto keys = co_await ask_json(*server_, http::Method::get, "/api/v1/identity/keys", "", owner_);
    EXPECT_EQ(keys.at("/keys/0/spent").number(), static_cast<double>(cost));
    auto usage =
        co_await ask_json(*server_, http::Method::get,
                          "/api/v1/usage?account=" + keys.at("/keys/0/id").text(), "", owner_);
    double told = 0;
    for (const schema::Value& row : usage.at("/items").items()) told += row.at("/cost").number();
    EXPECT_EQ(told, static_cast<double>(cost));

    // One who has spent all takes nothing from the others.
    auto other =
        co_await ask_front("/v1/chat/completions", question(-1), co_await make_key(budget));
    EXPECT_EQ(other.status, 200) << other.body;
    co_await crowd_.stop();
    co_await stop_all();
  }());
}

}  // namespace
}  // namespace antiphon::testing
