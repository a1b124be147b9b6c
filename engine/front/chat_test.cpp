// E-38: chats as OpenAI's clients have them.

#include "engine/front/sample_test.h"

namespace antiphon::front {
namespace {

class ChatFrontTest : public FrontTest {
 protected:
  static std::string without_ids(std::string body) {
    for (auto at = body.find("chatcmpl-"); at != std::string::npos;
         at = body.find("chatcmpl-", at + 1)) {
      body.erase(at + 9, body.find('"', at) - at - 9);
    }
    return body;
  }
  std::string counted(std::string_view end) {
    return fmt::format("antiphon_front_chats_total{{end=\"{}\"}} 1", end);
  }
};

std::string chunk(std::string_view delta, std::string_view finish, std::string_view usage) {
  return fmt::format(
      R"(data: {{"id":"chatcmpl-","object":"chat.completion.chunk","created":1772352000,)"
      R"("model":"small-1","choices":[{{"index":0,"delta":{},"logprobs":null,)"
      R"("finish_reason":{}}}]{}}})"
      "\n\n",
      delta, finish, usage);
}

TEST_F(ChatFrontTest, E38_a_stream_is_what_openai_would_send) {
  Got got = post(chat_path, question(R"(,"stream":true)"));
  EXPECT_EQ(got.status(), 200);
  EXPECT_EQ(got.header("Content-Type"), "text/event-stream; charset=utf-8");
  EXPECT_EQ(without_ids(got.body),
            chunk(R"({"role":"assistant","content":"","refusal":null})", "null", "") +
                chunk(R"({"content":"Hello "})", "null", "") +
                chunk(R"({"content":"\"you\""})", "null", "") + chunk("{}", R"("stop")", "") +
                "data: [DONE]\n\n");
  EXPECT_THAT(registry_.to_text(), HasSubstr(counted("complete")));
}

TEST_F(ChatFrontTest, E38_a_last_chunk_tells_the_usage_to_who_asks) {
  Got got = post(chat_path, question(R"(,"stream":true,"stream_options":{"include_usage":true})"));
  std::string body = without_ids(got.body);
  EXPECT_THAT(body, HasSubstr(chunk(R"({"content":"Hello "})", "null", R"(,"usage":null)")));
  EXPECT_THAT(body, HasSubstr(R"("choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2,)"
                              R"("total_tokens":5,)"));
  EXPECT_TRUE(body.ends_with("data: [DONE]\n\n"));
}

TEST_F(ChatFrontTest, E38_whole_answers_have_their_usage) {
  Got got = post(chat_path, question());
  auto json = schema::parse_value(got.body);
  EXPECT_EQ(json.at("/object").text(), "chat.completion");
  EXPECT_EQ(json.at("/choices/0/message/content").text(), "Hello \"you\"");
  EXPECT_EQ(json.at("/choices/0/finish_reason").text(), "stop");
  EXPECT_EQ(json.at("/usage/total_tokens").integer(), 5);
}

TEST_F(ChatFrontTest, E38_answers_say_where_they_come_from) {
  for (const char* more : {"", R"(,"stream":true)"}) {
    Got got = post(chat_path, question(more));
    EXPECT_EQ(got.header("x-antiphon-instance"), "one");
    EXPECT_EQ(got.header("x-antiphon-cache"), "off");
    EXPECT_EQ(got.header("x-antiphon-attempts"), "2");
    EXPECT_EQ(got.header("x-request-id").size(), 32u);
  }
}

TEST_F(ChatFrontTest, E38_calls_of_tools_are_passed_on_piece_by_piece) {
  gateway_.script.deltas = {
      {.text = "", .tool_calls = {{.index = 0, .id = "c1", .name = "find", .arguments = ""}}},
      {.text = "", .tool_calls = {{.index = 0, .id = "", .name = "", .arguments = "{\"q\":"}}},
      {.text = "", .tool_calls = {{.index = 0, .id = "", .name = "", .arguments = "1}"}}}};
  gateway_.script.finish = model::Finish::tool_calls;
  Got got = post(chat_path, question(R"(,"stream":true)"));
  EXPECT_THAT(got.body, HasSubstr(R"("delta":{"tool_calls":[{"index":0,"id":"c1",)"
                                  R"("type":"function","function":{"name":"find",)"
                                  R"("arguments":""}}]})"));
  EXPECT_THAT(got.body,
              HasSubstr(R"({"tool_calls":[{"index":0,"function":{"arguments":"{\"q\":"}}]})"));
  EXPECT_THAT(got.body, HasSubstr(R"("finish_reason":"tool_calls")"));
  auto json = schema::parse_value(post(chat_path, question()).body);
  EXPECT_EQ(json.at("/choices/0/message/tool_calls/0/function/arguments").text(), R"({"q":1})");
  EXPECT_TRUE(json.at("/choices/0/message/content").is_null());
}

TEST_F(ChatFrontTest, E33_a_stream_that_was_cut_ends_with_an_error_and_never_as_if_it_were_whole) {
  gateway_.script.finish = model::Finish::truncated;
  Got got = post(chat_path, question(R"(,"stream":true)"));
  EXPECT_THAT(got.body, HasSubstr(R"("content":"Hello ")"));
  EXPECT_TRUE(got.body.ends_with(
      "data: {\"error\":{\"message\":\"The model was cut off before its answer was "
      "complete.\",\"type\":\"server_error\",\"param\":null,\"code\":\"truncated\"}}\n\n"))
      << got.body;
  EXPECT_EQ(got.body.find("[DONE]"), std::string::npos);
  EXPECT_EQ(got.body.find(R"("finish_reason":")"), std::string::npos);
  EXPECT_THAT(registry_.to_text(), HasSubstr(counted("cut")));
}

TEST_F(ChatFrontTest, E33_an_answer_that_was_cut_before_it_was_sent_is_an_error) {
  gateway_.script.finish = model::Finish::truncated;
  Got got = post(chat_path, question());
  EXPECT_EQ(got.status(), 502);
  EXPECT_EQ(error_in(got).at("/code").text(), "truncated");
  EXPECT_EQ(got.header("x-should-retry"), "false");
}

TEST_F(ChatFrontTest, E27_the_answer_is_let_go_in_the_moment_in_which_the_client_leaves) {
  gateway_.script.pause = 10s;
  leave(chat_path, question(R"(,"stream":true)"), 15s);
  EXPECT_THAT(gateway_.gone, ElementsAre(left_));
  EXPECT_THAT(registry_.to_text(), HasSubstr(counted("left")));
}

TEST_F(ChatFrontTest, E27_also_of_a_whole_answer_and_before_the_first_content) {
  gateway_.script.pause = 10s;
  leave(chat_path, question(), 15s);
  EXPECT_THAT(gateway_.gone, ElementsAre(left_));
  gateway_.gone.clear();
  gateway_.delay = 10s;
  leave(chat_path, question(R"(,"stream":true)"), 5s);
  EXPECT_THAT(gateway_.gone, ElementsAre(left_));
}

struct Refused {
  gateway::GatewayFailure::Reason reason;
  int status;
  std::string type;
  std::string code;
};

TEST_F(ChatFrontTest, E38_failures_have_the_statuses_that_clients_act_on) {
  using enum gateway::GatewayFailure::Reason;
  const Refused rows[] = {{invalid, 400, "invalid_request_error", "invalid_value"},
                          {unknown_target, 404, "invalid_request_error", "model_not_found"},
                          {unsupported, 400, "invalid_request_error", "unsupported_value"},
                          {budget, 429, "insufficient_quota", "insufficient_quota"},
                          {exhausted, 429, "requests", "rate_limit_exceeded"},
                          {failed, 502, "server_error", "upstream_failed"},
                          {timeout, 504, "server_error", "timeout"}};
  for (const Refused& row : rows) {
    gateway_.failure = {.reason = row.reason, .message = "Why.", .attempts = 3};
    Got got = post(chat_path, question(R"(,"stream":true)"));
    EXPECT_EQ(got.status(), row.status);
    EXPECT_EQ(error_in(got).at("/type").text(), row.type);
    EXPECT_EQ(error_in(got).at("/code").text(), row.code);
    EXPECT_EQ(error_in(got).at("/message").text(), "Why.");
    EXPECT_EQ(got.header("x-should-retry"), "false") << "three calls were made for it";
    EXPECT_EQ(got.header("x-antiphon-attempts"), "3");
  }
  EXPECT_THAT(registry_.to_text(), HasSubstr("antiphon_front_chats_total{end=\"refused\"} 7"));
}

TEST_F(ChatFrontTest, E38_says_when_to_come_again) {
  gateway_.failure = {.reason = gateway::GatewayFailure::Reason::exhausted,
                      .message = "All are busy.",
                      .retry_after = 1500ms};
  Got got = post(chat_path, question());
  EXPECT_EQ(got.header("Retry-After"), "2");
  EXPECT_EQ(got.header("retry-after-ms"), "1500");
  EXPECT_EQ(got.header("x-should-retry"), "");
}

TEST_F(ChatFrontTest, E33_nobody_waits_long_without_being_told) {
  gateway_.failure = {.reason = gateway::GatewayFailure::Reason::exhausted,
                      .message = "All are busy.",
                      .retry_after = 60s};
  Got got = post(chat_path, question());
  EXPECT_EQ(got.header("Retry-After"), "60");
  EXPECT_EQ(got.header("x-should-retry"), "false");
}

// Else each client makes all the calls again that were just made for it.
TEST_F(ChatFrontTest, E33_what_was_tried_and_tells_no_time_is_not_tried_again) {
  gateway_.failure = {.reason = gateway::GatewayFailure::Reason::exhausted,
                      .message = "All are busy.",
                      .attempts = 3};
  EXPECT_EQ(post(chat_path, question()).header("x-should-retry"), "false");
  gateway_.failure->attempts = 0;
  EXPECT_EQ(post(chat_path, question()).header("x-should-retry"), "") << "its queue was full";
}

TEST_F(ChatFrontTest, E39_a_key_pays_within_its_own_limit) {
  post(chat_path, question());
  ASSERT_TRUE(gateway_.asks.at(0).allowance);
  EXPECT_EQ(gateway_.asks[0].allowance->account, "key_1");
  EXPECT_EQ(gateway_.asks[0].allowance->hard, 5'000'000);
  post("/v1/embeddings", R"({"model":"m","input":"x"})");
  ASSERT_TRUE(gateway_.embedding_asks.at(0).allowance);
  EXPECT_EQ(gateway_.embedding_asks[0].allowance->hard, 5'000'000);
  EXPECT_FALSE(allowance_of({.kind = Principal::Kind::user, .id = "usr_1"}));
}

TEST_F(ChatFrontTest, E38_a_wrong_key_is_refused_in_openais_shape) {
  Got got = send(request("POST", chat_path, question(), "apk_bad"));
  EXPECT_EQ(got.status(), 401);
  EXPECT_EQ(error_in(got).at("/code").text(), "invalid_api_key");
  EXPECT_TRUE(gateway_.asks.empty());
}

TEST_F(ChatFrontTest, a_body_that_is_no_question_is_refused_in_openais_shape) {
  Got got = post(chat_path, "{nonsense");
  EXPECT_EQ(got.status(), 400);
  EXPECT_EQ(error_in(got).at("/type").text(), "invalid_request_error");
  got = post(chat_path, std::string(chat_body_bytes_max + 1, ' '));
  EXPECT_EQ(got.status(), 413);
  EXPECT_EQ(error_in(got).at("/type").text(), "invalid_request_error");
}

}  // namespace
}  // namespace antiphon::front
