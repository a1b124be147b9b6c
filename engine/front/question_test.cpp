// What is read of a question, and what of it is refused.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/front/chat_question.h"
#include "engine/front/front_error.h"

namespace antiphon::front {
namespace {

using ::testing::ElementsAre;

std::string with(std::string_view more) {
  return fmt::format(R"({{"model":"m","messages":[{{"role":"user","content":"Hi"}}]{}}})", more);
}

// The `param` that a question is refused for; "" when it is not.
std::string refused_param(std::string_view body) {
  try {
    read_chat_question(body);
    return "";
  } catch (const Error& error) {
    return front_error_of(error).param;
  }
}

TEST(ChatQuestionTest, E38_is_read_with_all_its_options) {
  ChatQuestion question = read_chat_question(R"({"model":"large","messages":[
      {"role":"developer","content":"Be kind."},
      {"role":"user","content":[{"type":"text","text":"Hi "},{"type":"text","text":"you"}]},
      {"role":"assistant","content":null,"tool_calls":[
          {"id":"c1","type":"function","function":{"name":"find","arguments":"{}"}}]},
      {"role":"tool","tool_call_id":"c1","content":"found"}],
      "stream":true,"stream_options":{"include_usage":true},"max_tokens":5,
      "max_completion_tokens":7,"temperature":0.5,"top_p":0.9,"seed":42,"stop":["a","b"],
      "tools":[{"type":"function","function":{"name":"find","description":"Finds",
          "parameters":{"type":"object"}}}],
      "response_format":{"type":"json_schema","json_schema":{"name":"clip","strict":true,
          "schema":{"type":"object"}}},
      "user":"somebody","metadata":{"a":"b"},"frobnicate":[1,2]})");
  EXPECT_TRUE(question.is_streamed);
  EXPECT_TRUE(question.wants_usage);
  EXPECT_EQ(question.ask.target, "large");
  EXPECT_EQ(question.ask.purpose, "front");
  const model::ChatRequest& request = question.ask.request;
  EXPECT_TRUE(request.is_streamed);
  EXPECT_THAT(request.messages,
              ElementsAre(model::Message{model::Role::system, "Be kind."},
                          model::Message{model::Role::user, "Hi you"},
                          model::Message{model::Role::assistant, "", {{"c1", "find", "{}"}}},
                          model::Message{model::Role::tool, "found", {}, "c1"}));
  EXPECT_EQ(
      request.options,
      (model::ChatOptions{
          .temperature = 0.5, .top_p = 0.9, .tokens_max = 7, .seed = 42, .stop = {"a", "b"}}));
  ASSERT_EQ(request.tools.size(), 1u);
  EXPECT_EQ(request.tools[0].parameters, R"({"type":"object"})");
  EXPECT_EQ(request.output.kind, model::OutputShape::Kind::schema);
  EXPECT_EQ(request.output.name, "clip");
  EXPECT_EQ(request.output.schema, R"({"type":"object"})");
}

TEST(ChatQuestionTest, E38_what_asks_for_what_is_done_anyway_is_taken) {
  EXPECT_EQ(refused_param(with(R"(,"n":1,"logprobs":false,"presence_penalty":0,"logit_bias":{},
      "parallel_tool_calls":true,"modalities":["text"],"store":false,"service_tier":"auto",
      "tool_choice":"auto","stop":null,"seed":null,"reasoning_effort":null)")),
            "");
}

TEST(ChatQuestionTest, E38_what_cannot_be_honoured_is_refused_by_its_name) {
  const std::pair<const char*, const char*> rows[] = {
      {R"(,"n":2)", "n"},
      {R"(,"logprobs":true)", "logprobs"},
      {R"(,"top_logprobs":3)", "logprobs"},
      {R"(,"presence_penalty":1)", "presence_penalty"},
      {R"(,"frequency_penalty":-1)", "frequency_penalty"},
      {R"(,"logit_bias":{"50256":-100})", "logit_bias"},
      {R"(,"parallel_tool_calls":false)", "parallel_tool_calls"},
      {R"(,"modalities":["text","audio"])", "modalities"},
      {R"(,"store":true)", "store"},
      {R"(,"service_tier":"flex")", "service_tier"},
      {R"(,"audio":{"voice":"alloy","format":"wav"})", "audio"},
      {R"(,"prediction":{"type":"content","content":"x"})", "prediction"},
      {R"(,"web_search_options":{})", "web_search_options"},
      {R"(,"functions":[])", "functions"},
      {R"(,"function_call":"auto")", "function_call"},
      {R"(,"reasoning_effort":"low")", "reasoning_effort"},
      {R"(,"verbosity":"low")", "verbosity"},
      {R"(,"tool_choice":"required")", "tool_choice"},
      {R"(,"temperature":3)", "temperature"},
      {R"(,"stop":[1])", "stop"},
      {R"(,"response_format":{"type":"json_schema"})", "response_format.json_schema"},
      {R"(,"tools":[{"type":"custom","function":{"name":"x"}}])", "tools[0].type"}};
  for (const auto& [more, param] : rows) EXPECT_EQ(refused_param(with(more)), param) << more;
}

TEST(ChatQuestionTest, E38_messages_are_text_and_complete) {
  auto message = [](std::string_view text) {
    return fmt::format(R"({{"model":"m","messages":[{}]}})", text);
  };
  EXPECT_EQ(refused_param(message("")), "messages");
  EXPECT_EQ(refused_param(message(R"({"role":"boss","content":"x"})")), "messages[0].role");
  EXPECT_EQ(refused_param(message(R"({"role":"user"})")), "messages[0].content");
  EXPECT_EQ(refused_param(message(R"({"role":"tool","content":"x"})")), "messages[0].tool_call_id");
  EXPECT_EQ(refused_param(message(R"({"role":"user","content":[{"type":"image_url",
      "image_url":{"url":"data:"}}]})")),
            "messages[0].content[0]");
  EXPECT_EQ(refused_param(R"({"messages":[{"role":"user","content":"x"}]})"), "model");
}

TEST(ChatQuestionTest, E34_is_shared_only_where_chance_has_no_say) {
  EXPECT_FALSE(read_chat_question(with("")).ask.cache.joins);
  EXPECT_FALSE(read_chat_question(with(R"(,"temperature":0.1)")).ask.cache.joins);
  EXPECT_TRUE(read_chat_question(with(R"(,"temperature":0)")).ask.cache.joins);
  EXPECT_TRUE(read_chat_question(with(R"(,"seed":1)")).ask.cache.joins);
}

TEST(ChatQuestionTest, tool_choice_none_offers_nothing) {
  ChatQuestion question = read_chat_question(
      with(R"(,"tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":"none")"));
  EXPECT_TRUE(question.ask.request.tools.empty());
}

TEST(ChatQuestionTest, holds_so_many_messages_tools_and_stops) {
  auto list = [](std::size_t count, std::string_view item) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += fmt::format("{}{}", i > 0 ? "," : "", item);
    return text;
  };
  auto messages = [&](std::size_t count) {
    return fmt::format(R"({{"model":"m","messages":[{}]}})",
                       list(count, R"({"role":"user","content":"x"})"));
  };
  EXPECT_EQ(refused_param(messages(messages_max)), "");
  EXPECT_EQ(refused_param(messages(messages_max + 1)), "messages");
  auto tools = [&](std::size_t count) {
    return with(fmt::format(R"(,"tools":[{}])", list(count, R"({"function":{"name":"f"}})")));
  };
  EXPECT_EQ(refused_param(tools(chat_tools_max)), "");
  EXPECT_EQ(refused_param(tools(chat_tools_max + 1)), "tools");
  auto stops = [&](std::size_t count) {
    return with(fmt::format(R"(,"stop":[{}])", list(count, R"("x")")));
  };
  EXPECT_EQ(refused_param(stops(stop_texts_max)), "");
  EXPECT_EQ(refused_param(stops(stop_texts_max + 1)), "stop");
}

}  // namespace
}  // namespace antiphon::front
