// The quick way reads what the description reads. E-38.
#include "engine/model/openai_quick.h"

#include "engine/model/reader_sample_test.h"

namespace antiphon::model::openai_quick_test {
namespace {

std::string chunk(std::string_view content, std::string_view more = "") {
  return fmt::format(
      R"({{"id":"chatcmpl-x","object":"chat.completion.chunk","created":1732143000,)"
      R"("model":"gpt","system_fingerprint":null,"choices":[{{"index":0,"delta":)"
      R"({{"role":"assistant","content":{}}},"logprobs":null,"finish_reason":null}}])"
      R"({}}})",
      content, more);
}

TEST(QuickChunk, is_a_piece_of_text_and_nothing_else) {
  std::string json = chunk(R"("Hel\n\"lo\" å\\\/\t\r")", R"(,"usage":null)");
  auto quick = read_quick_chunk(json);
  ASSERT_TRUE(quick);
  EXPECT_EQ(quick->text, "Hel\n\"lo\" å\\/\t\r");
  EXPECT_EQ(quick->model, "gpt");
  EXPECT_EQ(read_quick_chunk(R"({"choices":[{"delta":{"content":""}}]})")->text, "");
}

TEST(QuickChunk, leaves_everything_else_to_the_description) {
  for (const std::string& json :
       {chunk("null"),
        chunk(R"("\u00e5")"),
        chunk("\"\xff\""),
        chunk("\"a\n\""),
        chunk("\"a"),
        chunk(R"("a")", R"(,"usage":{"prompt_tokens":1})"),
        chunk(R"("a")", R"(,"error":null)"),
        chunk(R"("a")", R"(,"model":"b")"),
        chunk(R"("a")", R"(,"choices":[])"),
        chunk(R"("a","tool_calls":[])"),
        chunk(R"("a","content":"b")"),
        chunk(R"("a")") + "x",
        chunk(R"("a")", R"(,"x":[1])"),
        chunk(R"("a")", R"(,"x":1.5)"),
        chunk(R"("a")", R"(,"x":01)"),
        chunk(R"("a")", R"(,"x":-1)"),
        chunk(R"("a")", R"(,"object":"error")"),
        chunk(R"("a")", ","),
        std::string("{}"),
        std::string(),
        std::string(R"({"choices":[{"index":1,"delta":{"content":"a"}}]})"),
        std::string(R"({"choices":[{"delta":{"content":"a"},"finish_reason":"stop"}]})"),
        std::string(R"({"choices":[{"delta":{"content":"a"}},{"delta":{"content":"b"}}]})"),
        std::string(R"({"choices":[{"delta":{}}]})"),
        std::string(R"({"choices":[]})")}) {
    EXPECT_FALSE(read_quick_chunk(json)) << json;
  }
}

std::string told(std::unique_ptr<AnswerWire> wire, std::string_view json) {
  AnswerState state;
  ChatDelta delta;
  bool is_good = wire->read(json, state, delta);
  const Usage& usage = state.end.usage;
  return fmt::format("{} {} {} {} {} {}/{}/{}/{}", is_good, is_good ? told_delta(delta) : "",
                     state.end.model, state.has_finish, static_cast<int>(state.end.finish),
                     usage.tokens_in.value_or(-1), usage.tokens_cached.value_or(-1),
                     usage.tokens_out.value_or(-1), usage.tokens_reasoning.value_or(-1));
}

// As OpenAI sends it: with blanks.
const std::string whole_answer = R"({
  "id": "chatcmpl-x",
  "object": "chat.completion",
  "created": 1732143000,
  "model": "gpt",
  "choices": [
    {
      "index": 0,
      "message": {
        "role": "assistant",
        "content": "Hel\n\"lo\" å",
        "refusal": null,
        "annotations": []
      },
      "logprobs": null,
      "finish_reason": "length"
    }
  ],
  "usage": {
    "prompt_tokens": 19,
    "completion_tokens": 10,
    "total_tokens": 29,
    "prompt_tokens_details": {"cached_tokens": 4, "audio_tokens": 0},
    "completion_tokens_details": {"reasoning_tokens": 3}
  },
  "service_tier": "default"
}
)";

TEST(QuickAnswer, is_a_text_and_nothing_else) {
  auto quick = read_quick_answer(whole_answer);
  ASSERT_TRUE(quick);
  EXPECT_EQ(quick->text, "Hel\n\"lo\" å");
  EXPECT_EQ(quick->model, "gpt");
  EXPECT_EQ(quick->finish, "length");
  EXPECT_EQ(quick->usage,
            (Usage{.tokens_in = 19, .tokens_cached = 4, .tokens_out = 10, .tokens_reasoning = 3}));
}

TEST(QuickAnswer, leaves_everything_else_to_the_description) {
  auto with = [](std::string_view what, std::string_view in_its_place) {
    std::string json = whole_answer;
    return json.replace(json.find(what), what.size(), in_its_place);
  };
  for (const std::string& json :
       {with(R"("refusal": null)", R"("refusal": "No.")"),
        with(R"("annotations": [])", R"("tool_calls": [])"),
        with(R"("annotations": [])", R"("annotations": [1])"),
        with(R"("role": "assistant")", R"("content": "twice")"),
        with(R"("index": 0)", R"("index": 1)"), with(R"("length")", "null"),
        with("\n    }\n", "\n    }, {}\n"), with("19", "-1"), with("19", "1.5"),
        with(R"("reasoning_tokens")", R"("cached_tokens")"),
        with(R"("service_tier": "default")", R"("error": {})"), with("Hel", "\n"),
        with("Hel", "\xff"), with(R"("chat.completion")", R"("error")"), whole_answer + "x"}) {
    EXPECT_FALSE(read_quick_answer(json)) << json;
  }
}

TEST(QuickAnswer, is_what_the_description_gives) {
  int quick = 0;
  for (std::size_t at = 0; at < whole_answer.size(); ++at) {
    for (const char* put : {"", "\"", "1", ",", "{", "}", "\\", "\x01", "\xc3", "\n"}) {
      std::string json = whole_answer;
      json.replace(at, 1, put);
      quick += read_quick_answer(json) ? 1 : 0;
      EXPECT_EQ(told(make_openai_wire(), json), told(make_described_openai_wire(), json)) << json;
    }
  }
  EXPECT_GT(quick, 100);
}

// Every chunk with one byte gone or changed: what is taken quickly is what the description gives.
TEST(QuickChunk, is_what_the_description_gives) {
  std::string whole = chunk(R"("Hel\n\"lo\"")", R"(,"usage":null)");
  int quick = 0;
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (const char* put : {"", "\"", "1", ",", "{", "}", "\\", "\x01", "\xc3"}) {
      std::string json = whole;
      json.replace(at, 1, put);
      quick += read_quick_chunk(json) ? 1 : 0;
      EXPECT_EQ(told(make_openai_wire(), json), told(make_described_openai_wire(), json)) << json;
    }
  }
  EXPECT_GT(quick, 100);
}

}  // namespace
}  // namespace antiphon::model::openai_quick_test
