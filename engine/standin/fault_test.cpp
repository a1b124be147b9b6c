// What goes wrong by script: before the first piece, after it, at the end.

#include "engine/standin/sample_test.h"

namespace antiphon::standin {
namespace {

class FaultTest : public StandinTest {
 protected:
  Got stream(std::string_view behaviour) {
    script(fmt::format(R"({{"otherwise":{{"text":"one two three",{}}}}})", behaviour));
    return post(chat_path, chat("Hi", R"(,"stream":true)"));
  }
  Got whole(std::string_view behaviour) {
    script(fmt::format(R"({{"otherwise":{{"text":"one two three",{}}}}})", behaviour));
    return post(chat_path, chat("Hi"));
  }
  CallRecord last() const { return models_.ledger().view().calls.back(); }
};

std::size_t deltas_in(const std::string& body) {
  std::size_t count = 0;
  for (auto at = body.find(R"("content":")"); at != std::string::npos;
       at = body.find(R"("content":")", at + 1)) {
    ++count;
  }
  return count - 1;  // the first is empty
}

TEST_F(FaultTest, E33_a_connection_is_dropped_without_an_answer) {
  Got got = whole(R"("drop":true)");
  EXPECT_EQ(got.status, 0);
  ASSERT_TRUE(got.failure);
  EXPECT_EQ(got.failure->kind, http::ClientFailure::Kind::broken);
  EXPECT_EQ(last().end, End::cut_by_script);
}

TEST_F(FaultTest, E33_a_head_comes_late_and_so_does_the_first_piece) {
  EXPECT_EQ(whole(R"("delayHeadMs":5000)").took, 5s);
  EXPECT_EQ(stream(R"("delayFirstMs":3000,"intervalMs":100)").took, 3200ms);
}

TEST_F(FaultTest, a_status_comes_with_the_services_own_error) {
  Got got = whole(R"("status":503)");
  EXPECT_EQ(got.status, 503);
  EXPECT_THAT(got.body, HasSubstr(R"("type":"server_error")"));
  EXPECT_EQ(last().end, End::refused);
  script(R"({"otherwise":{"status":503}})");
  got = post("/api/chat", R"({"model":"m","messages":[]})");
  EXPECT_THAT(got.body, HasSubstr("server busy, please try again.  maximum pending requests"));
  got = whole(R"("status":418,"body":"short and stout","headers":{"X-Pot":"yes"})");
  EXPECT_EQ(got.status, 418);
  EXPECT_EQ(got.body, "short and stout");
  EXPECT_EQ(got.headers.get("X-Pot"), "yes");
}

TEST_F(FaultTest, E33_a_limit_says_when_to_come_again_in_every_way) {
  auto header = [&](std::string_view hint, std::string_view name) {
    Got got = whole(fmt::format(R"("hint":"{}","retryAfterMs":62500)", hint));
    EXPECT_EQ(got.status, 429);
    return std::string(got.headers.get(name));
  };
  EXPECT_EQ(header("retry-after", "Retry-After"), "63");
  EXPECT_EQ(header("retry-after-date", "Retry-After"), "Sun, 01 Mar 2026 08:01:03 GMT");
  EXPECT_EQ(header("retry-after-ms", "Retry-After-Ms"), "62500");
  EXPECT_EQ(header("rate-limit-reset", "x-ratelimit-reset-requests"), "1m2.5s");
  EXPECT_THAT(whole(R"("hint":"no-quota")").body, HasSubstr(R"("code":"insufficient_quota")"));
  EXPECT_THAT(whole(R"("status":429)").body, HasSubstr(R"("code":"rate_limit_exceeded")"));
}

TEST_F(FaultTest, E33_gemini_and_anthropic_say_it_in_their_bodies) {
  auto gemini = [&](std::string_view hint) {
    script(fmt::format(R"({{"otherwise":{{"hint":"{}","retryAfterMs":1500}}}})", hint));
    return schema::parse_value(
        post("/v1beta/models/m:generateContent", R"({"contents":[{"parts":[{"text":"Hi"}]}]})")
            .body);
  };
  EXPECT_EQ(gemini("retry-info").at("/error/details/1/retryDelay").text(), "1.5s");
  EXPECT_THAT(gemini("per-day").at("/error/details/0/violations/0/quotaId").text(),
              HasSubstr("PerDay"));
  script(R"({"otherwise":{"hint":"spend-limit"}})");
  Got got = post("/v1/messages",
                 R"({"model":"m","max_tokens":1,"messages":[{"role":"user","content":"Hi"}]})",
                 {{"anthropic-version", "2023-06-01"}});
  EXPECT_THAT(got.body, HasSubstr("enforced_spend_limit_reached"));
  EXPECT_FALSE(got.headers.find("Retry-After"));
}

TEST_F(FaultTest, E33_a_stream_is_cut_after_so_many_pieces) {
  Got got = stream(R"("cutAt":2)");
  EXPECT_EQ(got.status, 200);
  ASSERT_TRUE(got.failure);
  EXPECT_EQ(got.failure->kind, http::ClientFailure::Kind::broken);
  EXPECT_EQ(deltas_in(got.body), 2u);
  EXPECT_EQ(last().end, End::cut_by_script);
  EXPECT_EQ(last().tokens_out, 2);
  // Before all content, and behind all of it but before its end.
  EXPECT_EQ(deltas_in(stream(R"("cutAt":0)").body), 0u);
  got = stream(R"("cutAt":9)");
  EXPECT_EQ(deltas_in(got.body), 3u);
  EXPECT_TRUE(got.failure);
  EXPECT_EQ(got.body.find("stop"), std::string::npos);
}

TEST_F(FaultTest, E33_a_whole_answer_is_cut_in_its_middle) {
  Got got = whole(R"("cutAt":0)");
  EXPECT_EQ(got.status, 200);
  EXPECT_TRUE(got.failure);
  EXPECT_FALSE(got.body.empty());
}

TEST_F(FaultTest, E33_a_stream_stalls_until_its_client_leaves) {
  script(R"({"otherwise":{"text":"one two three","stallAt":1}})");
  Got got = ask({.target = chat_path, .body = chat("Hi", R"(,"stream":true)"), .patience = 30s});
  ASSERT_TRUE(got.failure);
  EXPECT_EQ(got.failure->kind, http::ClientFailure::Kind::too_slow);
  EXPECT_EQ(deltas_in(got.body), 1u);
  EXPECT_EQ(last().end, End::cut_by_client);
  EXPECT_NEAR(last().ended_after_ms, 30'000, 1);
  EXPECT_EQ(last().tokens_out, 1);
}

TEST_F(FaultTest, E33_a_client_that_leaves_before_the_head_is_seen_too) {
  script(R"({"otherwise":{"delayHeadMs":60000}})");
  ask({.target = chat_path, .body = chat("Hi"), .patience = 2s});
  EXPECT_EQ(last().end, End::cut_by_client);
  EXPECT_NEAR(last().ended_after_ms, 2000, 1);
}

TEST_F(FaultTest, E33_a_success_may_have_nothing_in_it) {
  Got got = stream(R"("empty":true)");
  EXPECT_EQ(deltas_in(got.body), 0u);
  EXPECT_THAT(got.body, HasSubstr(R"("finish_reason":"stop")"));
  EXPECT_EQ(
      schema::parse_value(whole(R"("empty":true)").body).at("/choices/0/message/content").text(),
      "");
}

TEST_F(FaultTest, E33_an_error_comes_with_200) {
  Got got = stream(R"("errorAt":1)");
  EXPECT_EQ(got.status, 200);
  EXPECT_FALSE(got.failure);
  EXPECT_EQ(deltas_in(got.body), 1u);
  EXPECT_TRUE(got.body.ends_with("\"code\":null}}\n\n")) << got.body;
  EXPECT_THAT(whole(R"("errorAt":0)").body, HasSubstr(R"({"error":)"));
}

TEST_F(FaultTest, E33_a_line_is_nonsense) {
  Got got = stream(R"("garbageAt":1)");
  EXPECT_EQ(deltas_in(got.body), 3u);
  EXPECT_THAT(got.body, HasSubstr("data: {\"id\": oh no\n\n"));
  EXPECT_THROW(schema::parse_value(whole(R"("wrongJson":true)").body), Error);
}

TEST_F(FaultTest, E33_it_drips) {
  Got fast = whole(R"("chunks":1)");
  Got slow = whole(R"("dripBytesPerSecond":100)");
  EXPECT_EQ(slow.body.size(), fast.body.size());
  EXPECT_GT(slow.took, 2s);
}

TEST_F(FaultTest, E33_an_end_that_says_less_than_it_should) {
  EXPECT_EQ(stream(R"("noDone":true)").body.find("[DONE]"), std::string::npos);
  Got got = stream(R"("noFinish":true)");
  EXPECT_EQ(got.body.find("stop"), std::string::npos);
  EXPECT_FALSE(got.failure);
  EXPECT_EQ(whole(R"("noUsage":true)").body.find("usage"), std::string::npos);
  EXPECT_THAT(stream(R"("finish":"content_filter")").body, HasSubstr("content_filter"));
}

TEST_F(FaultTest, pieces_are_as_many_and_as_long_as_the_script_says) {
  EXPECT_EQ(deltas_in(stream(R"("chunks":5)").body), 5u);
  EXPECT_EQ(deltas_in(stream(R"("chunkLength":1)").body), 13u);
}

TEST_F(FaultTest, rules_are_for_the_calls_that_they_name) {
  script(R"({"rules":[
      {"api":"ollama.chat","then":{"status":500}},
      {"contains":"boom","nth":2,"then":{"status":500}},
      {"contains":"twice","first":2,"then":{"status":502}},
      {"model":"other","then":{"status":504}},
      {"stream":true,"then":{"text":"streamed"}}]})");
  auto status = [&](std::string_view text) { return post(chat_path, chat(text)).status; };
  EXPECT_EQ(status("boom"), 200);
  EXPECT_EQ(status("boom"), 500);
  EXPECT_EQ(status("boom"), 200);
  EXPECT_EQ(status("twice"), 502);
  EXPECT_EQ(status("twice"), 502);
  EXPECT_EQ(status("twice"), 200);
  EXPECT_THAT(post(chat_path, chat("Hi", R"(,"stream":true)")).body, HasSubstr("streamed"));
}

TEST_F(FaultTest, connections_are_refused_for_a_time) {
  with_client([&](http::HttpClient& client) -> Task<> {
    Ask question{.target = chat_path, .body = chat("Hi")};
    Got put = co_await exchange(
        &client,
        {.target = "/script", .body = R"({"refuseForMs":5000})", .method = http::Method::put});
    EXPECT_EQ(put.status, 200);
    EXPECT_EQ(refused_, 5000ms);
    // What is still connected gets nothing either.
    EXPECT_EQ((co_await exchange(&client, question)).status, 0);
    co_await sleep_for(5s);
    EXPECT_EQ((co_await exchange(&client, question)).status, 200);
  });
}

TEST_F(FaultTest, the_ledger_counts_what_was_asked_and_sent) {
  with_client([&](http::HttpClient& client) -> Task<> {
    co_await exchange(&client, {.target = "/script",
                                .body = R"({"keepBodies":true,"rules":[{"nth":2,"then":{
                                    "text":"one two three","cutAt":1}}]})",
                                .method = http::Method::put});
    Ask question{.target = chat_path, .body = chat("Hi there", R"(,"stream":true)")};
    co_await exchange(&client, question);
    co_await exchange(&client, question);
    co_await sleep_for(1ms);  // for the connection that was cut to be gone
    Got got = co_await exchange(&client, {.target = "/ledger", .method = http::Method::get});
    auto view = schema::parse<LedgerView>(got.body);
    EXPECT_EQ(view.total.started, 2);
    EXPECT_EQ(view.total.finished, 1);
    EXPECT_EQ(view.total.cut_by_script, 1);
    EXPECT_EQ(view.total.tokens_in, 4);
    EXPECT_EQ(view.total.tokens_out, 3);
    EXPECT_EQ(view.greatest_concurrency, 1);
    EXPECT_EQ(view.open_connections, 1);
    EXPECT_EQ(view.calls.at(1).body, question.body);
    EXPECT_EQ(view.calls.at(1).end, End::cut_by_script);
    Got gone = co_await exchange(&client, {.target = "/ledger", .method = http::Method::del});
    EXPECT_EQ(gone.status, 204);
    EXPECT_EQ(models_.ledger().view().total.started, 0);
  });
}

TEST_F(FaultTest, the_ledger_knows_how_many_came_at_once) {
  script(R"({"otherwise":{"delayHeadMs":1000}})");
  with_client([&](http::HttpClient& client) -> Task<> {
    TaskGroup tasks([](const std::exception_ptr&) {});
    for (int i = 0; i < 3; ++i) {
      tasks.spawn([](http::HttpClient* of) -> Task<> {
        co_await exchange(of, {.target = chat_path, .body = chat("Hi")});
      }(&client));
    }
    co_await tasks.join();
    EXPECT_EQ(models_.ledger().view().greatest_concurrency, 3);
    EXPECT_EQ(models_.ledger().view().under_way, 0);
  });
}

TEST_F(FaultTest, the_ledger_tells_the_newest_calls_alone) {
  Ledger ledger;
  auto fill = [&]() -> Task<> {
    for (std::size_t i = 0; i < calls_kept_max + 1; ++i) {
      ledger.begin({.api = Api::openai_chat}, std::string(body_kept_bytes_max + 1, 'x'))
          ->end(End::finished);
    }
    co_return;
  };
  time_.run(fill());
  LedgerView view = ledger.view();
  EXPECT_EQ(view.calls.size(), calls_kept_max);
  EXPECT_EQ(view.calls.front().number, 2);
  EXPECT_EQ(view.calls.front().body, "");
  EXPECT_EQ(view.total.finished, static_cast<std::int64_t>(calls_kept_max + 1));
}

}  // namespace
}  // namespace antiphon::standin
