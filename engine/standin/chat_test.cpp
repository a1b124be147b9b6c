// What each service says when all is well.

#include "engine/standin/sample_test.h"

namespace antiphon::standin {
namespace {

using ChatTest = StandinTest;

const http::Headers anthropic_headers{{"anthropic-version", "2023-06-01"}};

TEST_F(ChatTest, E31_openai_streams_chunks_with_usage_when_asked) {
  script(R"({"otherwise":{"text":"Hello you"}})");
  Got got =
      post(chat_path, chat("Hi", R"(,"stream":true,"stream_options":{"include_usage":true})"));
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.headers.get("Content-Type"), "text/event-stream; charset=utf-8");
  std::string head = R"(data: {"id":"chatcmpl-1","object":"chat.completion.chunk",)"
                     R"("created":1772352000,"model":"m","system_fingerprint":"fp_standin",)";
  auto chunk = [&](std::string_view delta, std::string_view finish) {
    return head + fmt::format(R"("choices":[{{"index":0,"delta":{},"logprobs":null,)"
                              R"("finish_reason":{}}}],"usage":null}})"
                              "\n\n",
                              delta, finish);
  };
  EXPECT_EQ(got.body, chunk(R"({"role":"assistant","content":"","refusal":null})", "null") +
                          chunk(R"({"content":"Hello "})", "null") +
                          chunk(R"({"content":"you"})", "null") + chunk("{}", R"("stop")") + head +
                          R"("choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2,)"
                          R"("total_tokens":3,"prompt_tokens_details":{"cached_tokens":0},)"
                          R"("completion_tokens_details":{"reasoning_tokens":0}}})"
                          "\n\ndata: [DONE]\n\n");
}

TEST_F(ChatTest, E31_openai_answers_whole) {
  Got got = post(chat_path, chat("Hi there"));
  EXPECT_EQ(got.headers.get("Content-Type"), "application/json");
  auto json = schema::parse_value(got.body);
  EXPECT_EQ(json.at("/choices/0/message/content").text(), "Hi there");
  EXPECT_EQ(json.at("/choices/0/finish_reason").text(), "stop");
  EXPECT_EQ(json.at("/usage/completion_tokens").integer(), 2);
  // Without include_usage nothing is said of it in a stream.
  EXPECT_EQ(post(chat_path, chat("Hi", R"(,"stream":true)")).body.find("usage"), std::string::npos);
}

TEST_F(ChatTest, E31_openai_calls_tools_in_fragments) {
  script(R"({"otherwise":{"tool":{"name":"find","arguments":{"q":1}}}})");
  Got got = post(chat_path, chat("Hi", R"(,"stream":true)"));
  EXPECT_THAT(got.body, HasSubstr(R"("tool_calls":[{"index":0,"id":"call_1","type":"function",)"
                                  R"("function":{"name":"find","arguments":""}}])"));
  EXPECT_THAT(got.body, HasSubstr(R"("arguments":"{\"q")"));
  EXPECT_THAT(got.body, HasSubstr(R"("arguments":"\":1}")"));
  EXPECT_THAT(got.body, HasSubstr(R"("finish_reason":"tool_calls")"));
  auto whole = schema::parse_value(post(chat_path, chat("Hi")).body);
  EXPECT_EQ(whole.at("/choices/0/message/tool_calls/0/function/arguments").text(), R"({"q":1})");
  EXPECT_TRUE(whole.at("/choices/0/message/content").is_null());
}

TEST_F(ChatTest, E31_an_answer_ends_with_its_limit_of_tokens) {
  auto json =
      schema::parse_value(post(chat_path, chat("One two three", R"(,"max_tokens":1)")).body);
  EXPECT_EQ(json.at("/choices/0/message/content").text(), "One ");
  EXPECT_EQ(json.at("/choices/0/finish_reason").text(), "length");
}

TEST_F(ChatTest, E31_ollama_streams_lines_unless_told_otherwise) {
  script(R"({"otherwise":{"text":"Hi you"}})");
  std::string question = R"("model":"m","messages":[{"role":"user","content":"Hi"}])";
  Got got = post("/api/chat", "{" + question + "}");
  EXPECT_EQ(got.headers.get("Content-Type"), "application/x-ndjson");
  std::string head = R"({"model":"m","created_at":"2026-03-01T08:00:00.000Z",)";
  EXPECT_EQ(got.body,
            head +
                R"("message":{"role":"assistant","content":"Hi "},"done":false})"
                "\n" +
                head +
                R"("message":{"role":"assistant","content":"you"},"done":false})"
                "\n" +
                head +
                R"("message":{"role":"assistant","content":""},"done":true,)"
                R"("done_reason":"stop","total_duration":7000000,"load_duration":1000000,)"
                R"("prompt_eval_count":1,"prompt_eval_duration":2000000,"eval_count":2,)"
                R"("eval_duration":4000000})"
                "\n");
  auto whole = schema::parse_value(post("/api/chat", "{" + question + R"(,"stream":false})").body);
  EXPECT_EQ(whole.at("/message/content").text(), "Hi you");
  EXPECT_TRUE(whole.at("/done").boolean());
  auto generated = schema::parse_value(
      post("/api/generate", R"({"model":"m","prompt":"Hi","stream":false})").body);
  EXPECT_EQ(generated.at("/response").text(), "Hi you");
}

TEST_F(ChatTest, E31_ollama_calls_tools_with_an_object) {
  script(R"({"otherwise":{"tool":{"name":"find","arguments":{"q":1}}}})");
  Got got = post("/api/chat", R"({"model":"m","messages":[{"role":"user","content":"Hi"}]})");
  EXPECT_THAT(got.body, HasSubstr(R"("function":{"index":0,"name":"find","arguments":{"q":1}})"));
}

TEST_F(ChatTest, E31_gemini_streams_events_or_one_array) {
  script(R"({"otherwise":{"text":"Hi you"}})");
  std::string question = R"({"contents":[{"role":"user","parts":[{"text":"Hi"}]}]})";
  std::string path = "/v1beta/models/m:streamGenerateContent";
  Got events = post(path + "?alt=sse", question);
  EXPECT_THAT(events.body,
              ::testing::StartsWith(
                  R"(data: {"candidates":[{"content":{"parts":[{"text":"Hi "}],"role":"model"},)"
                  R"("index":0}],)"
                  R"("usageMetadata":{"promptTokenCount":1,"candidatesTokenCount":1,)"
                  R"("totalTokenCount":2},"modelVersion":"m")"));
  EXPECT_THAT(events.body, HasSubstr(R"("finishReason":"STOP")"));
  EXPECT_TRUE(events.body.ends_with("}\r\n\r\n")) << events.body;
  EXPECT_EQ(events.body.find("DONE"), std::string::npos);
  Got array = post(path, question);
  EXPECT_EQ(array.headers.get("Content-Type"), "application/json");
  auto responses = schema::parse_value(array.body);
  ASSERT_EQ(responses.items().size(), 3u);
  EXPECT_EQ(responses.at("/1/candidates/0/content/parts/0/text").text(), "you");
  EXPECT_EQ(responses.at("/2/usageMetadata/candidatesTokenCount").integer(), 2);
  auto whole = schema::parse_value(post("/v1beta/models/m:generateContent", question).body);
  EXPECT_EQ(whole.at("/candidates/0/content/parts/0/text").text(), "Hi you");
}

TEST_F(ChatTest, E31_anthropic_streams_named_events) {
  script(R"({"otherwise":{"text":"Hi you"}})");
  std::string question =
      R"("model":"m","max_tokens":100,"messages":[{"role":"user","content":"Hi"}])";
  Got got = post("/v1/messages", "{" + question + R"(,"stream":true})", anthropic_headers);
  std::vector<std::string> names;
  for (std::size_t at = 0; (at = got.body.find("event: ", at)) != std::string::npos; ++at) {
    names.push_back(got.body.substr(at + 7, got.body.find('\n', at) - at - 7));
  }
  EXPECT_THAT(names, ElementsAre("message_start", "content_block_start", "ping",
                                 "content_block_delta", "content_block_delta", "content_block_stop",
                                 "message_delta", "message_stop"));
  EXPECT_THAT(got.body, HasSubstr(R"("delta":{"type":"text_delta","text":"Hi "})"));
  EXPECT_THAT(got.body, HasSubstr(R"("stop_reason":"end_turn")"));
  EXPECT_THAT(got.body, HasSubstr(R"("usage":{"output_tokens":2})"));
  auto whole =
      schema::parse_value(post("/v1/messages", "{" + question + "}", anthropic_headers).body);
  EXPECT_EQ(whole.at("/content/0/text").text(), "Hi you");
  EXPECT_EQ(whole.at("/usage/input_tokens").integer(), 1);
}

TEST_F(ChatTest, what_a_service_would_not_take_is_refused_in_its_shape) {
  Got openai = post(chat_path, R"({"model":"m","messages":[]})");
  EXPECT_EQ(openai.status, 400);
  EXPECT_THAT(openai.body, HasSubstr(R"("type":"invalid_request_error")"));
  Got anthropic =
      post("/v1/messages", R"({"model":"m","messages":[{"role":"user","content":"Hi"}]})",
           anthropic_headers);
  EXPECT_EQ(anthropic.status, 400);
  EXPECT_THAT(anthropic.body, HasSubstr("max_tokens"));
  EXPECT_EQ(post("/v1/messages", "{}").status, 400);  // without a version
  Got gemini = post("/v1beta/models/m:generateContent",
                    R"({"contents":[{"role":"assistant","parts":[{"text":"Hi"}]}]})");
  EXPECT_EQ(gemini.status, 400);
  EXPECT_THAT(gemini.body, HasSubstr("INVALID_ARGUMENT"));
  Got ollama = post("/api/chat", R"({"model":"m"})");
  EXPECT_EQ(ollama.body, R"({"error":"'messages' is missing."})");
  EXPECT_EQ(models_.ledger().view().total.refused, 5);
}

TEST_F(ChatTest, a_wrong_key_gets_each_services_own_answer) {
  script(R"({"keys":["good"]})");
  Got openai = post(chat_path, chat("Hi"), {{"Authorization", "Bearer bad"}});
  EXPECT_EQ(openai.status, 401);
  EXPECT_THAT(openai.body, HasSubstr(R"("code":"invalid_api_key")"));
  Got gemini = post("/v1beta/models/m:generateContent",
                    R"({"contents":[{"parts":[{"text":"Hi"}]}]})", {{"x-goog-api-key", "bad"}});
  EXPECT_EQ(gemini.status, 400);
  EXPECT_THAT(gemini.body, HasSubstr("API_KEY_INVALID"));
  http::Headers headers = anthropic_headers;
  headers.set("x-api-key", "bad");
  Got anthropic =
      post("/v1/messages",
           R"({"model":"m","max_tokens":1,"messages":[{"role":"user","content":"Hi"}]})", headers);
  EXPECT_EQ(anthropic.status, 401);
  EXPECT_THAT(anthropic.body, HasSubstr("authentication_error"));
  EXPECT_EQ(get("/api/tags").status, 401);
  EXPECT_EQ(post(chat_path, chat("Hi"), {{"Authorization", "Bearer good"}}).status, 200);
}

TEST_F(ChatTest, a_model_that_is_not_there_is_none) {
  script(R"({"models":["a","b"]})");
  Got got = post(chat_path, chat("Hi"));
  EXPECT_EQ(got.status, 404);
  EXPECT_THAT(got.body, HasSubstr(R"("code":"model_not_found")"));
  EXPECT_EQ(schema::parse_value(get("/v1/models").body).at("/data/1/id").text(), "b");
  EXPECT_EQ(schema::parse_value(get("/api/tags").body).at("/models/0/name").text(), "a");
  EXPECT_EQ(schema::parse_value(get("/v1beta/models").body).at("/models/0/name").text(),
            "models/a");
  EXPECT_EQ(
      schema::parse_value(get("/v1/models", anthropic_headers).body).at("/data/0/type").text(),
      "model");
  EXPECT_THAT(get("/api/version").body, HasSubstr("version"));
  EXPECT_THAT(get("/api/ps").body, HasSubstr("expires_at"));
  EXPECT_EQ(get("/").body, "Ollama is running");
  EXPECT_EQ(get("/health").body, R"({"status":"ok"})");
  EXPECT_THAT(get("/models/info").body, HasSubstr("spk2id"));
  EXPECT_EQ(get("/status").status, 200);
}

}  // namespace
}  // namespace antiphon::standin
