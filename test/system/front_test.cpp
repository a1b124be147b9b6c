// E-38: OpenAI's clients against the whole program, over the scripted model server: what they see,
// how many calls were made upstream, and what those see of a client that leaves.

#include <gmock/gmock.h>

#include <fstream>

#include "engine/async/task_group.h"
#include "engine/http/answer_lines.h"
#include "test/system/system.h"

namespace antiphon::testing {
namespace {

using ::testing::HasSubstr;

class FrontSystemTest : public SystemTest {
 protected:
  // A model server, and a server that asks it, with a key for its front.
  Task<> start(std::string of_instance = "") {
    models_ = co_await serve_testing("model-server", upstream_);
    std::string config = (folder_.path() / "antiphon.toml").string();
    std::ofstream(config) << fmt::format(
        "[[providers]]\nname = \"standin\"\nkind = \"openai\"\nurl = \"http://{}/v1\"\n"
        "[[gateway.instances]]\nname = \"standin\"\nmodels = [\"small\"]\n"
        "embedding_models = [\"vectors\"]\n{}"
        "[[gateway.groups]]\nname = \"default\"\nmembers = [\"standin/small\"]\n"
        "[[gateway.groups]]\nname = \"embeddings\"\nmembers = [\"standin/vectors\"]\n"
        "[[gateway.prices]]\nmodel = \"small\"\ninput = 1000000\noutput = 1000000\n",
        upstream_.text(), of_instance);
    server_ = co_await serve("data", {"--config", config});
    key_ = co_await make_key(0);
    // What was asked at start, to see who is there, is none of the tests'.
    co_await at_models(http::Method::del, "/ledger");
  }
  Task<> stop_all() {
    EXPECT_TRUE((co_await stop(server_->program())).ok()) << server_->program().log_tail();
    co_await stop(*models_);
  }

  // By the command line, on the folder of the running server.
  Task<std::string> make_key(double budget) {
    auto ran = co_await run_program(
        antiphon({"key", "create", "--name", "test", "--budget", fmt::format("{}", budget),
                  "--data", folder("data").string()}),
        soon());
    EXPECT_TRUE(ran.status.ok()) << ran.errors;
    auto at = ran.output.find("apk_");
    EXPECT_NE(at, std::string::npos) << ran.output;
    co_return ran.output.substr(at, ran.output.find('\n', at) - at);
  }

  Task<http::ClientResponse> at_models(http::Method method, std::string target,
                                       std::string body = "") {
    http::ClientRequest request{.method = method,
                                .endpoint = upstream_,
                                .target = std::move(target),
                                .body = std::move(body)};
    request.headers.set("Content-Type", "application/json");
    return http_.send(std::move(request), soon());
  }
  Task<> script(std::string json) {
    auto answer = co_await at_models(http::Method::put, "/script", std::move(json));
    EXPECT_EQ(answer.status, 200) << answer.body;
  }
  Task<schema::Value> ledger() {
    co_return schema::parse_value((co_await at_models(http::Method::get, "/ledger")).body);
  }

  http::ClientRequest to_front(std::string target, std::string body) {
    http::ClientRequest request{.method = http::Method::post,
                                .endpoint = server_->endpoint(),
                                .target = std::move(target),
                                .body = std::move(body)};
    request.headers.set("Content-Type", "application/json");
    request.headers.set("Authorization", "Bearer " + key_);
    return request;
  }
  Task<http::ClientResponse> ask(std::string target, std::string body) {
    return http_.send(to_front(std::move(target), std::move(body)), soon());
  }
  Task<http::ClientResponse> chat(std::string more = "") {
    return ask("/v1/chat/completions", question(more));
  }
  static std::string question(std::string_view more) {
    return fmt::format(
        R"({{"model":"default","messages":[{{"role":"user","content":"one two three"}}]{}}})",
        more);
  }

  Task<> ask_and_count(http::HttpClient* client, std::size_t* answered) {
    auto answer = co_await client->send(to_front("/v1/chat/completions", question("")), soon());
    if (answer.status == 200) ++*answered;
  }

  antiphon::Endpoint upstream_;
  std::unique_ptr<RunningProgram> models_;
  std::unique_ptr<ServerProcess> server_;
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
      co_await at_models(http::Method::del, "/ledger");
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
      co_await at_models(http::Method::del, "/ledger");
      co_await script(fmt::format(R"({{"rules":[{{"first":1,"then":{{{}}}}}]}})", fault));
      auto answer = co_await chat(R"(,"stream":true)");
      EXPECT_TRUE(answer.body.ends_with("data: [DONE]\n\n")) << fault << "\n" << answer.body;
      auto told = co_await ledger();
      EXPECT_EQ(told.at("/total/started").integer(), 2) << fault;
    }
    co_await stop_all();
  }());
}

TEST_F(FrontSystemTest, E27_a_client_that_leaves_ends_the_call_upstream) {
  run([&]() -> Task<> {
    co_await start();
    co_await script(R"({"rules":[{"api":"openai.chat","then":{"stallAt":1}}]})");
    {
      auto answer = co_await http_.open(
          to_front("/v1/chat/completions", question(R"(,"stream":true)")), soon());
      EXPECT_TRUE(answer);
      std::array<char, 4096> piece;
      if (answer) co_await (*answer)->read_some(piece);
    }
    for (;;) {
      auto told = co_await ledger();
      if (told.at("/underWay").integer() > 0) continue;
      EXPECT_EQ(told.at("/total/cutByClient").integer(), 1);
      break;
    }
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
