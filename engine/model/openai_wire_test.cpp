// What OpenAI and those that speak like it answer, whole and in pieces. E-31, E-33.
#include "engine/model/limits.h"
#include "engine/model/reader_sample_test.h"

namespace antiphon::model::openai_wire_test {
namespace {

std::string told_events(std::string_view bytes) {
  return told(make_openai_wire, Framing::events, bytes);
}
std::string told_whole(std::string_view body) {
  return told(make_openai_wire, Framing::whole, body);
}

std::string chunk(std::string_view delta, std::string_view finish = "null",
                  std::string_view usage = "null") {
  return fmt::format(
      R"(data: {{"id":"chatcmpl-x","object":"chat.completion.chunk","created":1732143000,)"
      R"("model":"gpt-4o-mini","system_fingerprint":"fp","choices":[{{"index":0,"delta":{},)"
      R"("logprobs":null,"finish_reason":{}}}],"usage":{}}})"
      "\n\n",
      delta, finish, usage);
}

const std::string done = "data: [DONE]\n\n";
const std::string hello = chunk(R"({"role":"assistant","content":""})") +
                          chunk(R"({"content":"Hel"})") + chunk(R"({"content":"lo"})");
const std::string stop = chunk("{}", R"("stop")");
const std::string usage = R"({"prompt_tokens":12,"completion_tokens":20,"total_tokens":32,)"
                          R"("prompt_tokens_details":{"cached_tokens":3},)"
                          R"("completion_tokens_details":{"reasoning_tokens":7}})";

TEST(OpenAiWire, gives_pieces_usage_and_the_end) {
  std::string last = R"(data: {"model":"m","choices":[],"usage":)" + usage + "}\n\n";
  EXPECT_EQ(told_events(hello + stop + last + done),
            "[Hel][lo] stop in=12 cached=3 out=20 reasoning=7");
  AnswerReader reader(make_openai_wire(), Framing::events);
  reader.feed(hello);
  reader.next();
  EXPECT_EQ(reader.state().end.model, "gpt-4o-mini");
}

TEST(OpenAiWire, usage_may_come_without_choices_with_null_or_with_the_finish) {
  for (const char* choices : {R"("choices":null,)", "", R"("choices":[],)"}) {
    std::string last = fmt::format("data: {{{}\"usage\":{}}}\n\n", choices, usage);
    EXPECT_THAT(told_events(hello + stop + last + done), HasSubstr("[lo] stop in=12")) << choices;
  }
  EXPECT_THAT(told_events(hello + chunk("{}", R"("stop")", usage) + done),
              HasSubstr("[lo] stop in=12"));
  EXPECT_EQ(told_events(hello + chunk("null", R"("stop")") + done), "[Hel][lo] stop");
}

TEST(OpenAiWire, comments_other_line_ends_and_several_data_lines_change_nothing) {
  std::string events = ": OPENROUTER PROCESSING\n\n" + hello + ": ping\n\n" + stop + done;
  EXPECT_EQ(told_events(events), "[Hel][lo] stop");
  std::string crlf;
  for (char c : events) crlf += c == '\n' ? "\r\n" : std::string(1, c);
  EXPECT_EQ(told_events(crlf), "[Hel][lo] stop");
  EXPECT_EQ(told_events("data: {\"choices\":[{\"delta\":\ndata: {\"content\":\"a\"},\n"
                        "data:\"finish_reason\":\"stop\"}]}\n\n"),
            "[a] stop");
  EXPECT_EQ(told_events("event: chunk\nid: 4\nretry: 10\n" + hello + stop), "[Hel][lo] stop");
}

TEST(OpenAiWire, is_complete_without_done_only_if_it_said_why_it_ended) {  // E-33
  EXPECT_EQ(told_events(hello + stop), "[Hel][lo] stop");
  EXPECT_EQ(told_events(hello), "[Hel][lo] truncated ! truncated");
  EXPECT_EQ(told_events(hello + done), "[Hel][lo] stop") << "who says that it is done is";
  EXPECT_EQ(told_events(hello + chunk("{}", R"("length")") + done), "[Hel][lo] length");
  EXPECT_EQ(told_events(hello + chunk("{}", R"("abort")") + done),
            "[Hel][lo] truncated ! truncated");
  EXPECT_EQ(told_events(hello + chunk("{}", R"("content_filter")") + done),
            "[Hel][lo] content_filter");
  // The last event counts where only its empty line is missing.
  EXPECT_EQ(told_events(hello + stop.substr(0, stop.size() - 2)), "[Hel][lo] stop");
}

TEST(OpenAiWire, an_empty_success_is_none) {  // E-33
  EXPECT_EQ(told_events(done), " stop ! empty");
  EXPECT_EQ(told_events(stop + done), " stop ! empty");
  EXPECT_EQ(told_events(""), " truncated ! truncated");
  EXPECT_EQ(told_events(chunk("{}", R"("content_filter")") + done), " content_filter ! refused");
  EXPECT_EQ(told_events(chunk(R"({"refusal":"I cannot."})") + stop + done),
            " content_filter ! refused");
  EXPECT_EQ(told_events(chunk(R"({"reasoning_content":"hm"})") + chunk("{}", R"("length")") + done),
            " length ! empty");
}

TEST(OpenAiWire, an_error_within_the_stream_is_no_end) {  // E-33
  std::string limit = R"(data: {"error":{"message":"Slow down","code":429}})"
                      "\n\n";
  EXPECT_EQ(told_events(limit), " truncated ! rate_limited");
  EXPECT_EQ(told_events(hello + limit + done), "[Hel][lo] truncated ! rate_limited");
  EXPECT_EQ(told_events("event: error\ndata: {\"error\":\"It broke\"}\n\n"),
            " truncated ! transient");
  EXPECT_EQ(
      told_events(R"(data: {"object":"error","message":"This model's maximum context length is )"
                  R"(10 tokens","type":"BadRequestError","code":400})"
                  "\n\n"),
      " truncated ! context_too_long");
}

TEST(OpenAiWire, malformed_lines_are_skipped_and_counted) {  // E-33
  EXPECT_EQ(
      told_events("data: {\"choices\":[{\"del\n\n" + hello + "data: garbage\n\n" + stop + done),
      "[Hel][lo] stop malformed=2");
  EXPECT_EQ(told_events("data: <html>\n\n"), " truncated malformed=1 ! malformed");
  EXPECT_EQ(
      told_events("data: {\"choices\":[{\"delta\":{\"content\":\"\xff\"}}]}\n\n" + hello + stop),
      "[Hel][lo] stop malformed=1");
  EXPECT_EQ(told_events(R"(data: {"choices":[{"index":"first"}]})"
                        "\n\n" +
                        hello + stop),
            "[Hel][lo] stop malformed=1");
}

TEST(OpenAiWire, a_line_without_end_is_bounded) {
  AnswerReader reader(make_openai_wire(), Framing::events);
  reader.feed("data: " + std::string(http::line_bytes_max + 1, 'a'));
  EXPECT_FALSE(reader.next());
  ASSERT_TRUE(reader.broken());
  EXPECT_EQ(reader.broken()->kind, ProviderFailure::Kind::malformed);
}

TEST(OpenAiWire, an_answer_in_one_piece_is_bounded) {
  AnswerReader reader(make_openai_wire(), Framing::whole);
  reader.feed(std::string(answer_bytes_max, ' '));
  EXPECT_FALSE(reader.broken());
  reader.feed(" ");
  EXPECT_TRUE(reader.broken());
}

TEST(OpenAiWire, tool_calls_come_in_parts) {
  std::string calls =
      chunk(R"({"tool_calls":[{"index":0,"id":"call_1","type":"function",)"
            R"("function":{"name":"find","arguments":""}}]})") +
      chunk(R"({"tool_calls":[{"index":0,"function":{"arguments":"{\"a\":"}}]})") +
      chunk(R"({"tool_calls":[{"index":0,"function":{"arguments":"1}"}},)"
            R"({"index":1,"id":"call_2","function":{"name":"look","arguments":"{}"}}]})") +
      chunk("{}", R"("tool_calls")") + done;
  EXPECT_EQ(told_events(calls),
            "(0 call_1 find )(0   {\"a\":)(0   1})(1 call_2 look {}) tool_calls");
}

TEST(OpenAiWire, tool_calls_without_numbers_are_told_apart_by_their_ids) {
  std::string calls =
      chunk(R"({"tool_calls":[{"id":"a","function":{"name":"find","arguments":"{"}}]})") +
      chunk(R"({"tool_calls":[{"function":{"arguments":"}"}}]})") +
      chunk(R"({"tool_calls":[{"id":"b","function":{"name":"look","arguments":"{}"}}]})") + stop;
  EXPECT_EQ(told_events(calls), "(0 a find {)(0   })(1 b look {}) tool_calls")
      << "some say stop behind calls";
}

TEST(OpenAiWire, tool_calls_are_so_many_at_most) {
  auto call = [](std::size_t index) {
    return chunk(fmt::format(R"({{"tool_calls":[{{"index":{},"id":"a"}}]}})", index));
  };
  EXPECT_EQ(told_events(call(tool_calls_max) + hello + stop), "[Hel][lo] stop malformed=1");
  EXPECT_EQ(told_events(call(tool_calls_max - 1) + hello + stop), "(127 a  )[Hel][lo] tool_calls");
}

TEST(OpenAiWire, other_choices_and_unknown_members_are_passed_over) {
  EXPECT_EQ(told_events(R"(data: {"choices":[{"index":1,"delta":{"content":"x"},"finish_reason":)"
                        R"("stop"}],"x_groq":{"id":[1,{"a":null}]}})"
                        "\n\n" +
                        hello + stop),
            "[Hel][lo] stop");
}

TEST(OpenAiWire, content_in_parts_is_one_text) {
  EXPECT_EQ(told_events(chunk(R"({"content":[{"type":"thinking","thinking":[]},)"
                              R"({"type":"text","text":"a"},{"type":"text","text":"b"}]})") +
                        stop),
            "[ab] stop");
}

TEST(OpenAiWire, an_answer_in_one_piece_is_one_delta_and_the_end) {
  std::string body =
      R"({"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,)"
      R"("message":{"role":"assistant","content":"Hello","refusal":null,"annotations":[]},)"
      R"("finish_reason":"stop"}],"usage":)" +
      usage + "}";
  EXPECT_EQ(told_whole(body), "[Hello] stop in=12 cached=3 out=20 reasoning=7");
  EXPECT_EQ(told_whole(R"({"choices":[{"message":{"content":null,"tool_calls":[{"id":"a",)"
                       R"("function":{"name":"f","arguments":"{}"}}]},"finish_reason":null}]})"),
            "(0 a f {}) tool_calls");
  EXPECT_EQ(told_whole(R"({"choices":[{"message":{"content":""},"finish_reason":"stop"}]})"),
            " stop ! empty");
  EXPECT_EQ(told_whole(R"({"choices":[]})"), " truncated ! truncated");
  EXPECT_EQ(told_whole(R"({"error":{"code":"insufficient_quota","message":"m"}})"),
            " truncated ! quota_exhausted");
  EXPECT_EQ(told_whole(body.substr(0, 80)), " truncated ! malformed");
  EXPECT_EQ(told_whole(""), " truncated ! malformed");
}

}  // namespace
}  // namespace antiphon::model::openai_wire_test
