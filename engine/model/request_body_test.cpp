// What each provider is sent: bodies, paths, headers. E-31, E-94.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/base/error.h"
#include "engine/model/protocol.h"
#include "engine/model/request_parts.h"
#include "engine/model/strict_schema.h"
#include "engine/schema/json.h"

namespace antiphon::model {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// A conversation in which two tools were called.
ChatRequest full_request() {
  return {
      .model = "m",
      .messages = {{.role = Role::system, .text = "Be brief."},
                   {.role = Role::user, .text = "Hi \"you\"\n"},
                   {.role = Role::assistant,
                    .tool_calls = {{"call_1~sig~c2ln", "find", R"({"a":1})"},
                                   {"call:2", "look", ""}}},
                   {.role = Role::tool, .text = R"({"b":2})", .tool_call_id = "call_1~sig~c2ln"},
                   {.role = Role::tool, .text = "none", .tool_call_id = "call:2"}},
      .options = {.temperature = 0.5, .top_p = 0.9, .tokens_max = 100, .stop = {"END"}},
      .tools = {{"find", "Finds.", R"({"type":"object"})"}}};
}

ChatRequest short_request() {
  return {.model = "m", .messages = {{.text = "Hi"}}, .is_streamed = false};
}

TEST(RequestBody, of_openai) {
  auto protocol = make_openai_protocol(OpenAiDialect::openai);
  ChatRequest request = full_request();
  request.options.seed = 7;
  EXPECT_EQ(
      protocol->chat_body(request),
      R"({"model":"m","messages":[{"role":"system","content":"Be brief."},)"
      R"({"role":"user","content":"Hi \"you\"\n"},{"role":"assistant","content":null,)"
      R"("tool_calls":[{"id":"call_1","type":"function","function":{"name":"find",)"
      R"("arguments":"{\"a\":1}"}},{"id":"call:2","type":"function","function":)"
      R"({"name":"look","arguments":"{}"}}]},{"role":"tool","content":"{\"b\":2}",)"
      R"("tool_call_id":"call_1"},{"role":"tool","content":"none","tool_call_id":"call:2"}],)"
      R"("stream":true,"stream_options":{"include_usage":true},"temperature":0.5,"top_p":0.9,)"
      R"("max_completion_tokens":100,"seed":7,"stop":["END"],"tools":[{"type":"function",)"
      R"("function":{"name":"find","description":"Finds.","parameters":{"type":"object"}}}]})");
  EXPECT_EQ(protocol->chat_body(short_request()),
            R"({"model":"m","messages":[{"role":"user","content":"Hi"}],"stream":false})");
  EXPECT_EQ(protocol->chat_path(request), "/chat/completions");
  EXPECT_EQ(protocol->credentials("k").get("Authorization"), "Bearer k");
  EXPECT_EQ(protocol->credentials("").size(), 0u);
}

TEST(RequestBody, servers_like_openai_call_things_otherwise) {
  ChatRequest request = short_request();
  request.options = {.repeat_penalty = 1.1, .tokens_max = 9};
  EXPECT_THAT(make_openai_protocol(OpenAiDialect::vllm)->chat_body(request),
              HasSubstr(R"("repetition_penalty":1.1,"max_tokens":9)"));
  EXPECT_THAT(make_openai_protocol(OpenAiDialect::llamacpp)->chat_body(request),
              HasSubstr(R"("repeat_penalty":1.1,"max_tokens":9)"));
  request.output.kind = OutputShape::Kind::json;
  EXPECT_THAT(make_openai_protocol(OpenAiDialect::common)->chat_body(request),
              HasSubstr(R"("response_format":{"type":"json_object"})"));
  EXPECT_THAT(make_openai_protocol(OpenAiDialect::lmstudio)->chat_body(request),
              HasSubstr(R"("response_format":{"type":"json_schema","json_schema":{"name":"answer",)"
                        R"("schema":{"type":"object"},"strict":false}})"));
}

TEST(RequestBody, of_ollama) {
  auto protocol = make_ollama_protocol("5m");
  ChatRequest request = full_request();
  request.options = {.temperature = 0.5,
                     .top_p = 0.9,
                     .repeat_penalty = 1.1,
                     .tokens_max = 100,
                     .context_tokens = 8192,
                     .seed = 7,
                     .stop = {"END"}};
  EXPECT_EQ(protocol->chat_body(request),
            R"({"model":"m","messages":[{"role":"system","content":"Be brief."},)"
            R"({"role":"user","content":"Hi \"you\"\n"},{"role":"assistant","content":"",)"
            R"("tool_calls":[{"function":{"name":"find","arguments":{"a":1}}},)"
            R"({"function":{"name":"look","arguments":{}}}]},)"
            R"({"role":"tool","content":"{\"b\":2}","tool_name":"find"},)"
            R"({"role":"tool","content":"none","tool_name":"look"}],"stream":true,)"
            R"("options":{"temperature":0.5,"top_p":0.9,"repeat_penalty":1.1,"num_predict":100,)"
            R"("num_ctx":8192,"seed":7,"stop":["END"]},"tools":[{"type":"function","function":)"
            R"({"name":"find","description":"Finds.","parameters":{"type":"object"}}}],)"
            R"("keep_alive":"5m"})");
  EXPECT_EQ(make_ollama_protocol("-1")->chat_body(short_request()),
            R"({"model":"m","messages":[{"role":"user","content":"Hi"}],"stream":false,)"
            R"("keep_alive":-1})")
      << "it streams unless it is told not to";
  request = short_request();
  request.output = {.kind = OutputShape::Kind::schema, .schema = R"({"type":"object"})"};
  EXPECT_THAT(make_ollama_protocol("")->chat_body(request),
              HasSubstr(R"("format":{"type":"object"})"));
  request.output.kind = OutputShape::Kind::json;
  EXPECT_THAT(make_ollama_protocol("")->chat_body(request), HasSubstr(R"("format":"json")"));
}

TEST(RequestBody, of_gemini) {
  auto protocol = make_gemini_protocol();
  ChatRequest request = full_request();
  request.options.seed = 7;
  EXPECT_EQ(
      protocol->chat_body(request),
      R"({"contents":[{"role":"user","parts":[{"text":"Hi \"you\"\n"}]},)"
      R"({"role":"model","parts":[{"functionCall":{"name":"find","args":{"a":1}},)"
      R"("thoughtSignature":"c2ln"},{"functionCall":{"name":"look","args":{}}}]},)"
      R"({"role":"user","parts":[{"functionResponse":{"name":"find","response":{"b":2}}},)"
      R"({"functionResponse":{"name":"look","response":{"result":"none"}}}]}],)"
      R"("systemInstruction":{"parts":[{"text":"Be brief."}]},"generationConfig":)"
      R"({"temperature":0.5,"topP":0.9,"maxOutputTokens":100,"seed":7,"stopSequences":["END"]},)"
      R"("tools":[{"functionDeclarations":[{"name":"find","description":"Finds.",)"
      R"("parametersJsonSchema":{"type":"object"}}]}]})");
  EXPECT_EQ(protocol->credentials("k").get("x-goog-api-key"), "k");
  request = short_request();
  request.output = {.kind = OutputShape::Kind::schema, .schema = R"({"type":"object"})"};
  EXPECT_THAT(protocol->chat_body(request),
              HasSubstr(R"("generationConfig":{"responseMimeType":"application/json",)"
                        R"("responseJsonSchema":{"type":"object"}})"));
}

TEST(RequestBody, gemini_is_never_asked_for_a_stream_that_is_an_array) {
  auto protocol = make_gemini_protocol();
  ChatRequest request{.model = "gemini-2.5-flash", .messages = {}};
  EXPECT_EQ(protocol->chat_path(request), "/models/gemini-2.5-flash:streamGenerateContent?alt=sse");
  request.is_streamed = false;
  EXPECT_EQ(protocol->chat_path(request), "/models/gemini-2.5-flash:generateContent");
  request.model = "tunedModels/a b?c";
  EXPECT_EQ(protocol->chat_path(request), "/tunedModels/a%20b%3Fc:generateContent");
}

TEST(RequestBody, of_anthropic) {
  auto protocol = make_anthropic_protocol();
  EXPECT_EQ(
      protocol->chat_body(full_request()),
      R"({"model":"m","stream":true,"system":"Be brief.","messages":[{"role":"user","content":)"
      R"([{"type":"text","text":"Hi \"you\"\n"}]},{"role":"assistant","content":[)"
      R"({"type":"tool_use","id":"call_1","name":"find","input":{"a":1}},)"
      R"({"type":"tool_use","id":"call_2","name":"look","input":{}}]},)"
      R"({"role":"user","content":[{"type":"tool_result","tool_use_id":"call_1",)"
      R"("content":"{\"b\":2}"},{"type":"tool_result","tool_use_id":"call_2",)"
      R"("content":"none"}]}],"max_tokens":100,"temperature":0.5,"top_p":0.9,)"
      R"("stop_sequences":["END"],"tools":[{"name":"find","description":"Finds.",)"
      R"("input_schema":{"type":"object"}}]})");
  EXPECT_THAT(protocol->chat_body(short_request()), HasSubstr(R"("max_tokens":4096)"));
  EXPECT_EQ(protocol->credentials("k").get("x-api-key"), "k");
  EXPECT_EQ(protocol->credentials("k").get("anthropic-version"), "2023-06-01");
}

TEST(RequestBody, anthropic_answers_by_a_schema_with_the_call_of_a_tool) {  // E-30
  auto protocol = make_anthropic_protocol();
  ChatRequest request = short_request();
  request.output = {.kind = OutputShape::Kind::schema, .name = "topic", .schema = "{}"};
  EXPECT_THAT(protocol->chat_body(request),
              HasSubstr(R"("tools":[{"name":"topic","description":"Gives the answer.",)"
                        R"("input_schema":{"type":"object"}}],)"
                        R"("tool_choice":{"type":"tool","name":"topic"}})"));
  request.tools = full_request().tools;
  EXPECT_THROW(protocol->chat_body(request), BadQuestion);
  request.tools.clear();
  request.output.schema = R"({"type":"array"})";
  EXPECT_THROW(protocol->chat_body(request), BadQuestion);
}

TEST(RequestBody, what_is_no_json_goes_nowhere) {
  ChatRequest request = full_request();
  for (const char* arguments : {"[1]", "{\"a\":1},\"model\":\"x\"", "{"}) {
    request.messages[2].tool_calls[0].arguments = arguments;
    EXPECT_THROW(make_ollama_protocol("")->chat_body(request), BadQuestion) << arguments;
    EXPECT_THROW(make_gemini_protocol()->chat_body(request), BadQuestion) << arguments;
    EXPECT_THROW(make_anthropic_protocol()->chat_body(request), BadQuestion) << arguments;
  }
  request = full_request();
  request.messages[3].tool_call_id = "unknown";
  EXPECT_THROW(make_gemini_protocol()->chat_body(request), BadQuestion);
  request = short_request();
  request.messages[0].text = "\xff";
  EXPECT_THROW(make_openai_protocol(OpenAiDialect::openai)->chat_body(request), Error);
}

TEST(RequestBody, a_result_answers_the_last_call_of_its_id) {
  std::vector<Message> messages = {{.role = Role::assistant, .tool_calls = {{"a", "old", ""}}},
                                   {.role = Role::assistant, .tool_calls = {{"a", "new", ""}}},
                                   {.role = Role::tool, .tool_call_id = "a"},
                                   {.role = Role::assistant, .tool_calls = {{"a", "later", ""}}}};
  EXPECT_EQ(called_tool(messages, 2), "new");
}

TEST(RequestBody, what_a_provider_lacks_is_refused) {  // E-94
  ModelCapabilities all{true, true, true, true, true, true};
  ChatRequest request = short_request();
  request.options = {.repeat_penalty = 1, .context_tokens = 1, .seed = 1};
  request.tools = full_request().tools;
  request.output.kind = OutputShape::Kind::schema;
  EXPECT_FALSE(find_lack(request, all));
  EXPECT_FALSE(find_lack(short_request(), {}));
  for (auto lacked :
       {&ModelCapabilities::schema, &ModelCapabilities::tools, &ModelCapabilities::seed,
        &ModelCapabilities::repeat_penalty, &ModelCapabilities::context_tokens}) {
    ModelCapabilities most = all;
    most.*lacked = false;
    auto lack = find_lack(request, most);
    ASSERT_TRUE(lack);
    EXPECT_EQ(lack->kind, ProviderFailure::Kind::unsupported);
  }
  request.output.kind = OutputShape::Kind::json;
  all.json = false;
  EXPECT_TRUE(find_lack(request, all));
}

TEST(RequestBody, capabilities_are_those_of_the_protocol) {  // E-94
  EXPECT_FALSE(make_anthropic_protocol()->capabilities().seed);
  EXPECT_FALSE(make_gemini_protocol()->capabilities().repeat_penalty);
  EXPECT_FALSE(make_openai_protocol(OpenAiDialect::openai)->capabilities().repeat_penalty);
  EXPECT_TRUE(make_openai_protocol(OpenAiDialect::vllm)->capabilities().repeat_penalty);
  EXPECT_FALSE(make_openai_protocol(OpenAiDialect::vllm)->capabilities().context_tokens);
  EXPECT_TRUE(make_ollama_protocol("")->capabilities().context_tokens);
}

TEST(StrictSchema, names_all_members_and_allows_no_others) {
  auto is_strict = [](std::string_view json) {
    return is_strict_schema(schema::parse_value(json));
  };
  EXPECT_TRUE(is_strict(R"({"type":"object","properties":{"a":{"type":"string"}},)"
                        R"("required":["a"],"additionalProperties":false})"));
  EXPECT_FALSE(is_strict(R"({"type":"object","properties":{"a":{},"b":{}},)"
                         R"("required":["a"],"additionalProperties":false})"));
  EXPECT_FALSE(is_strict(R"({"type":"object","properties":{},"required":[]})"));
  EXPECT_FALSE(is_strict(R"({"type":"array","items":{"type":"object"}})"));
  EXPECT_TRUE(is_strict(R"({"type":"array","items":{"type":"string"}})"));
}

TEST(ModelLists, are_read_page_by_page) {
  auto openai = make_openai_protocol(OpenAiDialect::openai);
  EXPECT_THAT(openai->read_models(R"({"object":"list","data":[{"id":"a"},{"id":"b"},{}]})")->names,
              ::testing::ElementsAre("a", "b"));
  EXPECT_FALSE(openai->read_models(R"({"error":"no"})"));
  EXPECT_FALSE(openai->read_models("<html>"));
  EXPECT_THAT(make_ollama_protocol("")->read_models(R"({"models":[{"name":"a:1b"}]})")->names,
              ::testing::ElementsAre("a:1b"));
  auto gemini = make_gemini_protocol();
  auto page = gemini->read_models(
      R"({"models":[{"name":"models/a"},{"name":"tunedModels/b"}],"nextPageToken":"x y"})");
  EXPECT_THAT(page->names, ::testing::ElementsAre("a", "tunedModels/b"));
  EXPECT_EQ(gemini->models_path(page->next), "/models?pageSize=1000&pageToken=x%20y");
  auto anthropic = make_anthropic_protocol();
  EXPECT_EQ(anthropic->read_models(R"({"data":[{"id":"a"}],"has_more":true,"last_id":"a"})")->next,
            "a");
  EXPECT_EQ(anthropic->read_models(R"({"data":[{"id":"a"}],"has_more":false,"last_id":"a"})")->next,
            "");
  EXPECT_EQ(anthropic->models_path("a"), "/models?limit=1000&after_id=a");
}

}  // namespace
}  // namespace antiphon::model
