// E-38: OpenAI's clients against the whole program, over the scripted model server: what they see,
// how many calls were made upstream, and what those see of a client that leaves.

#include <gmock/gmock.h>

#include "engine/async/task_group.h"
#include "test/system/models_system.h"

namespace antiphon::testing {
namespace {

using ::testing::HasSubstr;

class FrontSystemTest : public ModelsSystemTest {
 protected:
  // A model server, and a server that asks it, with a key for its front.
  /// @param of_instance  further settings of the instance
  Task<> start(std::string of_instance = "") {
    co_await start_models();
    co_await start_server(
        fmt::format("[[providers]]\nname = \"standin\"\nkind = \"openai\"\nurl = \"http://{}/v1\"\n"
                    "[[gateway.instances]]\nname = \"standin\"\nmodels = [\"small\"]\n"
                    "embedding_models = [\"vectors\"]\n{}"
                    "[[gateway.groups]]\nname = \"default\"\nmembers = [\"standin/small\"]\n"
                    "[[gateway.groups]]\nname = \"embeddings\"\nmembers = [\"standin/vectors\"]\n"
                    "[[gateway.prices]]\nmodel = \"small\"\ninput = 1000000\noutput = 1000000\n",
                    upstream_.text(), of_instance));
    key_ = co_await make_key(0);
    // What was asked at start, to see who is there, is none of the tests'.
    co_await empty_ledger();
  }

  Task<http::ClientResponse> ask(std::string target, std::string body) {
    return ask_front(std::move(target), std::move(body), key_);
  }
  Task<http::ClientResponse> chat(std::string more = "") {
    return ask("/v1/chat/completions", question(more));
  }
  static std::string question(std::string_view more) {
    return fmt::format(
        R"({{"model":"default","messages":[{{"role":"user","content":"one two three"}}]{}}})",
        more);
  }

  /// The text that the chunks of a streamed answer make up.
  static std::string contents(std::string_view body) {
    static constexpr std::string_view begins = R"("delta":{"content":")";
    std::string text;
    for (auto at = body.find(begins); at != body.npos; at = body.find(begins, at)) {
      at += begins.size();
      text += body.substr(at, body.find('"', at) - at);
    }
    return text;
  }

  Task<> ask_and_count(http::HttpClient* client, std::size_t* answered) {
    auto answer =
        co_await client->send(to_front("/v1/chat/completions", question(""), key_), soon());
    if (answer.status == 200) ++*answered;
  }

  std::string key_;
};

TEST_F(FrontSystemTest, E38_answers_whole_and_streamed) {
  run([&]() -> Task<> {
    co_await start();
    auto whole = schema::parse_value((co_await chat()).body);
    EXPECT_EQ(whole.at("/choices/0/message/content").text(), "one two three");
    auto streamed = co_await chat(R"(,"stream":true,"stream_options":{"include_usage":true})");
    // What has come by the time it is written is one piece.
    EXPECT_THAT(streamed.body, HasSubstr(R"("delta":{"content":"one )"));
    EXPECT_THAT(streamed.body, HasSubstr(R"("usage":{"prompt_tokens":4,"completion_tokens":3)"));
    EXPECT_TRUE(streamed.body.ends_with("data: [DONE]\n\n")) << streamed.body;
    auto vectors = schema::parse_value(
        (co_await ask("/v1/embeddings", R"({"model":"embeddings","input":"one"})")).body);
    EXPECT_EQ(vectors.at("/data/0/embedding").items().size(), 256u);
    auto told = co_await ledger();
    EXPECT_EQ(told.at("/total/started").integer(), 3);
    co_await stop_all();
  }());
}

TEST_F(FrontSystemTest, E32_the_instance_alone_says_how_many_calls_there_are_at_once) {
  run([&]() -> Task<> {
    constexpr std::size_t calls =
        120;  // more than the pools of two cores have connections at first
    co_await start(fmt::format("concurrency_max = {}\n", calls));
    co_await script(R"({"otherwise":{"delayHeadMs":2000}})");  // longer than a pool waits
    http::NetworkHttpClient many(
        network_, {.reach = http::Reach::everywhere, .pool = {.connections_max = calls}});
    std::size_t answered = 0;
    TaskGroup askers([](const std::exception_ptr&) { ADD_FAILURE() << "a call broke"; });
    for (std::size_t i = 0; i < calls; ++i) askers.spawn(ask_and_count(&many, &answered));
    co_await askers.join();
    co_await many.stop();
    EXPECT_EQ(answered, calls);
    EXPECT_EQ((co_await ledger()).at("/greatestConcurrency").integer(), calls);
    co_await stop_all();
  }());
}

TEST_F(FrontSystemTest, E33_what_fails_after_the_first_content_is_told_and_asked_once) {
  run([&]() -> Task<> {
    co_await start();
    for (const char* fault : {R"("cutAt":2)", R"("errorAt":2)", R"("noFinish":true)"}) {
      co_await empty_ledger();
      co_await script(fmt::format(R"({{"otherwise":{{{}}}}})", fault));
      auto answer = co_await chat(R"(,"stream":true)");
      EXPECT_THAT(answer.body, HasSubstr(R"("content":"one )")) << fault;
      EXPECT_THAT(answer.body, HasSubstr(R"("code":"truncated")")) << fault;
      EXPECT_EQ(answer.body.find("[DONE]"), std::string::npos) << fault;
      auto told = co_await ledger();
      EXPECT_EQ(told.at("/total/started").integer(), 1) << fault;
    }
    co_await stop_all();
  }());
}

TEST_F(FrontSystemTest, E33_what_fails_before_the_first_content_is_tried_again) {
  run([&]() -> Task<> {
    co_await start();
    for (const char* fault : {R"("status":503)", R"("cutAt":0)", R"("errorAt":0)",
                              R"("empty":true)", R"("drop":true)"}) {
      co_await empty_ledger();
      co_await script(fmt::format(R"({{"rules":[{{"first":1,"then":{{{}}}}}]}})", fault));
      auto answer = co_await chat(R"(,"stream":true)");
      EXPECT_TRUE(answer.body.ends_with("data: [DONE]\n\n")) << fault << "\n" << answer.body;
      auto told = co_await ledger();
      EXPECT_EQ(told.at("/total/started").integer(), 2) << fault;
    }
    co_await stop_all();
  }());
}

TEST_F(FrontSystemTest, E34_two_hundred_who_ask_the_same_are_one_call) {
  http::NetworkHttpClient many(
      network_, {.reach = http::Reach::everywhere, .pool = {.connections_max = 200}});
  run([&]() -> Task<> {
    co_await start();
    co_await script(R"({"otherwise":{"delayFirstMs":1500,"intervalMs":100,"chunks":10}})");
    int whole = 0;
    auto one = [&]() -> Task<> {
      auto answer = co_await many.send(
          to_front("/v1/chat/completions", question(R"(,"stream":true,"temperature":0)"), key_),
          soon());
      bool is_ended = answer.body.ends_with("data: [DONE]\n\n");
      if (is_ended && contents(answer.body) == "one two three") ++whole;
    };
    TaskGroup group([](const std::exception_ptr&) { ADD_FAILURE(); });
    for (int i = 0; i < 200; ++i) group.spawn(one());
    co_await group.join();
    EXPECT_EQ(whole, 200);
    EXPECT_EQ((co_await ledger()).at("/total/started").integer(), 1);
    co_await many.stop();
    co_await stop_all();
  }());
}

TEST_F(FrontSystemTest, E27_a_client_that_leaves_ends_the_call_upstream) {
  run([&]() -> Task<> {
    co_await start();
    co_await script(R"({"rules":[{"api":"openai.chat","then":{"stallAt":1}}]})");
    {
      auto answer = co_await http_.open(
          to_front("/v1/chat/completions", question(R"(,"stream":true)"), key_), soon());
      EXPECT_TRUE(answer);
      std::array<char, 4096> piece;
      if (answer) co_await (*answer)->read_some(piece);
    }
    auto told = co_await settled_ledger();
    EXPECT_EQ(told.at("/total/cutByClient").integer(), 1);
    co_await stop_all();
  }());
}

TEST_F(FrontSystemTest, E39_a_key_whose_budget_is_spent_asks_nobody) {
  run([&]() -> Task<> {
    co_await start();
    // A token costs a unit: one answer is more than this key has.
    key_ = co_await make_key(1);
    auto refused = co_await chat();
    EXPECT_EQ(refused.status, 429) << refused.body;
    EXPECT_THAT(refused.body, HasSubstr("insufficient_quota"));
    EXPECT_EQ(refused.headers.get("x-should-retry"), "false");
    EXPECT_EQ((co_await ledger()).at("/total/started").integer(), 0);
    key_ = "apk_unknown";
    auto nobody = co_await chat();
    EXPECT_EQ(nobody.status, 401);
    EXPECT_THAT(nobody.body, HasSubstr("invalid_api_key"));
    co_await stop_all();
  }());
}

}  // namespace
}  // namespace antiphon::testing
