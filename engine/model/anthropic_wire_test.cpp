// What Anthropic answers, as events and whole. E-31, E-33.
#include "engine/model/limits.h"
#include "engine/model/reader_sample_test.h"

namespace antiphon::model::anthropic_wire_test {
namespace {

std::string told_events(std::string_view bytes, std::string answer_tool = "") {
  return told([&] { return make_anthropic_wire(answer_tool); }, Framing::events, bytes);
}
std::string told_whole(std::string_view body, std::string answer_tool = "") {
  return told([&] { return make_anthropic_wire(answer_tool); }, Framing::whole, body);
}

std::string event(std::string_view type, std::string_view more = "") {
  return fmt::format("event: {0}\ndata: {{\"type\":\"{0}\"{1}}}\n\n", type, more);
}
const std::string start =
    event("message_start",
          R"(,"message":{"id":"msg_01","type":"message","role":"assistant","content":[],)"
          R"("model":"claude-x","stop_reason":null,"stop_sequence":null,"usage":)"
          R"({"input_tokens":12,"cache_creation_input_tokens":5,"cache_read_input_tokens":3,)"
          R"("output_tokens":1}})") +
    event("content_block_start", R"(,"index":0,"content_block":{"type":"text","text":""})") +
    event("ping");
std::string text(std::string_view text) {
  return event("content_block_delta",
               fmt::format(R"(,"index":0,"delta":{{"type":"text_delta","text":"{}"}})", text));
}
std::string stop(std::string_view reason = "end_turn") {
  return event("content_block_stop", R"(,"index":0)") +
         event("message_delta",
               fmt::format(R"(,"delta":{{"stop_reason":"{}","stop_sequence":null}},"usage":)"
                           R"({{"output_tokens":15}})",
                           reason));
}
const std::string over = event("message_stop");

TEST(AnthropicWire, gives_pieces_and_usage_that_tells_all_until_then) {
  EXPECT_EQ(told_events(start + text("Hel") + text("lo") + stop() + over),
            "[Hel][lo] stop in=20 cached=3 out=15");
  EXPECT_EQ(told_events(start + text("Hel")), "[Hel] truncated in=20 cached=3 ! truncated")
      << "an answer that was cut is longer than its beginning said";
  EXPECT_EQ(told_events(start + text("Hel") + stop()), "[Hel] stop in=20 cached=3 out=15")
      << "it said why it ended";
}

TEST(AnthropicWire, events_that_are_not_known_are_passed_over) {
  EXPECT_EQ(told_events(event("vertex_event", R"(,"a":[1])") + start +
                        event("content_block_delta",
                              R"(,"index":0,"delta":{"type":"signature_delta","signature":"s"})") +
                        event("content_block_delta",
                              R"(,"index":0,"delta":{"type":"thinking_delta","thinking":"hm"})") +
                        text("Hi") + stop() + over),
            "[Hi] stop in=20 cached=3 out=15");
  EXPECT_THAT(told_events("data: {\"a\":1}\n\n" + start + text("Hi") + stop()),
              HasSubstr("[Hi] stop"));
  EXPECT_THAT(told_events("data: {\"a\":1}\n\n" + start + text("Hi") + stop()),
              HasSubstr("malformed=1"));
}

TEST(AnthropicWire, reasons_of_the_end) {
  auto end_of = [](std::string_view reason) {
    std::string all = told_events(start + text("Hi") + stop(reason) + over);
    return all.substr(5, all.find(" in=") - 5);
  };
  EXPECT_EQ(end_of("stop_sequence"), "stop");
  EXPECT_EQ(end_of("max_tokens"), "length");
  EXPECT_EQ(end_of("refusal"), "content_filter");
  EXPECT_EQ(end_of("pause_turn"), "truncated");
  EXPECT_THAT(told_events(start + stop("refusal") + over), HasSubstr("! refused"));
  EXPECT_THAT(told_events(start + stop() + over), HasSubstr("! empty"));
  EXPECT_THAT(told_events(start + text("Hi") + stop("pause_turn")), HasSubstr("! truncated"));
}

TEST(AnthropicWire, an_error_within_the_stream_is_no_end) {  // E-33
  std::string error =
      event("error", R"(,"error":{"type":"overloaded_error","message":"Overloaded"})");
  EXPECT_THAT(told_events(start + error), HasSubstr("truncated in=20 cached=3 ! overloaded"));
  EXPECT_THAT(told_events(start + text("Hi") + error), HasSubstr("[Hi] truncated"));
  EXPECT_EQ(told_events(event("error", R"(,"error":null)")), " truncated ! transient");
}

std::string call_start(int block, std::string_view id, std::string_view name) {
  return event("content_block_start",
               fmt::format(R"(,"index":{},"content_block":{{"type":"tool_use","id":"{}",)"
                           R"("name":"{}","input":{{}}}})",
                           block, id, name));
}
std::string call_part(int block, std::string_view json) {
  return event("content_block_delta",
               fmt::format(R"(,"index":{},"delta":{{"type":"input_json_delta",)"
                           R"("partial_json":"{}"}})",
                           block, json));
}
std::string call_stop(int block) {
  return event("content_block_stop", fmt::format(R"(,"index":{})", block));
}

TEST(AnthropicWire, arguments_of_calls_come_in_parts) {
  EXPECT_EQ(told_events(start + text("So") + call_start(1, "toolu_1", "find") + call_part(1, "") +
                        call_part(1, R"({\"a\":)") + call_part(1, "1}") + call_stop(1) +
                        call_start(2, "toolu_2", "look") + call_stop(2) + stop("tool_use") + over),
            R"([So](0 toolu_1 find )(0   {"a":)(0   1})(1 toolu_2 look )(1   {}) tool_calls)"
            " in=20 cached=3 out=15");
  EXPECT_THAT(told_events(start + call_part(4, "1") + text("Hi") + stop()),
              HasSubstr("[Hi] stop in=20 cached=3 out=15 malformed=1"))
      << "a part of a call that never began";
}

TEST(AnthropicWire, the_tool_that_gives_the_answer_is_no_call) {  // E-30
  EXPECT_EQ(told_events(start + call_start(1, "toolu_1", "answer") + call_part(1, R"({\"a\":)") +
                            call_part(1, "1}") + call_stop(1) + stop("tool_use") + over,
                        "answer"),
            R"([{"a":][1}] stop in=20 cached=3 out=15)");
  EXPECT_EQ(told_whole(R"({"type":"message","model":"m","content":[{"type":"tool_use","id":"t",)"
                       R"("name":"answer","input":{"a":1}}],"stop_reason":"tool_use"})",
                       "answer"),
            R"([{"a":1}] stop)");
}

TEST(AnthropicWire, calls_are_so_many_at_most) {
  std::string many = start;
  for (std::size_t i = 0; i <= tool_calls_max; ++i) {
    many += call_start(static_cast<int>(i), "t", "f");
  }
  EXPECT_THAT(
      told_in_pieces(make_anthropic_wire(""), Framing::events, many + stop("tool_use"), 999),
      HasSubstr("malformed=1"));
}

TEST(AnthropicWire, an_answer_in_one_piece_is_one_delta_and_the_end) {
  EXPECT_EQ(told_whole(R"({"id":"msg","type":"message","role":"assistant","model":"m","content":[)"
                       R"({"type":"thinking","thinking":"hm","signature":"s"},)"
                       R"({"type":"text","text":"Hello"},{"type":"tool_use","id":"t","name":"f",)"
                       R"("input":{"a":1}},{"type":"tool_use","id":"u","name":"g","input":{}}],)"
                       R"("stop_reason":"tool_use","usage":{"input_tokens":2,"output_tokens":4}})"),
            R"([Hello](0 t f )(0   {"a":1})(1 u g )(1   {}) tool_calls in=2 out=4)");
  EXPECT_EQ(told_whole(R"({"type":"error","error":{"type":"overloaded_error"}})"),
            " truncated ! overloaded");
}

}  // namespace
}  // namespace antiphon::model::anthropic_wire_test
