// What Gemini answers, as events and whole. E-31, E-33.
#include "engine/model/limits.h"
#include "engine/model/reader_sample_test.h"

namespace antiphon::model::gemini_wire_test {
namespace {

std::string told_events(std::string_view bytes) {
  return told(make_gemini_wire, Framing::events, bytes);
}

std::string event(std::string_view parts, std::string_view more = "",
                  std::string_view usage = R"("promptTokenCount":6,"totalTokenCount":6)") {
  return fmt::format(R"(data: {{"candidates":[{{"content":{{"parts":[{}],"role":"model"}}{},)"
                     R"("index":0}}],"usageMetadata":{{{}}},"modelVersion":"gemini-2.5-flash",)"
                     R"("responseId":"yqg4"}})"
                     "\r\n\r\n",
                     parts, more, usage);
}
std::string text(std::string_view text) { return fmt::format(R"({{"text":"{}"}})", text); }
const std::string stop = R"(,"finishReason":"STOP")";

TEST(GeminiWire, gives_pieces_and_ends_without_a_mark) {
  EXPECT_EQ(told_events(event(text("Hel")) + event(text("lo."), stop)), "[Hel][lo.] stop in=6");
  EXPECT_EQ(told_events(event(text("Hel"))), "[Hel] truncated in=6 ! truncated");
  EXPECT_EQ(told_events(event(text("Hel"), R"(,"finishReason":"MAX_TOKENS")")),
            "[Hel] length in=6");
}

TEST(GeminiWire, usage_tells_all_until_then_and_thoughts_are_part_of_it) {
  EXPECT_EQ(told_events(event(text("Hel"), "",
                              R"("promptTokenCount":6,"candidatesTokenCount":9,)"
                              R"("thoughtsTokenCount":20)") +
                        event(text("lo."), stop,
                              R"("promptTokenCount":6,"candidatesTokenCount":16,)"
                              R"("thoughtsTokenCount":26,"cachedContentTokenCount":4)")),
            "[Hel][lo.] stop in=6 cached=4 out=42 reasoning=26");
}

TEST(GeminiWire, a_blocked_question_is_refused) {  // E-33
  EXPECT_EQ(told_events(R"(data: {"promptFeedback":{"blockReason":"SAFETY"},"usageMetadata":)"
                        R"({"promptTokenCount":6}})"
                        "\r\n\r\n"),
            " content_filter in=6 ! refused");
  for (const char* reason : {"SAFETY", "RECITATION", "PROHIBITED_CONTENT", "SPII", "BLOCKLIST"}) {
    std::string finish = fmt::format(R"(,"finishReason":"{}")", reason);
    EXPECT_EQ(told_events(event("", finish)), " content_filter in=6 ! refused") << reason;
    EXPECT_EQ(told_events(event(text("Hel")) + event("", finish)), "[Hel] content_filter in=6");
  }
}

TEST(GeminiWire, ends_that_are_none) {  // E-33
  EXPECT_EQ(told_events(event("", stop)), " stop in=6 ! empty");
  EXPECT_EQ(told_events(event(text("Hel"), R"(,"finishReason":"MALFORMED_FUNCTION_CALL")")),
            "[Hel] truncated in=6 ! truncated");
  EXPECT_EQ(told_events(event(text("Hel")) + R"(data: {"error":{"code":503,"status":)"
                                             R"("UNAVAILABLE","message":"m"}})"
                                             "\r\n\r\n"),
            "[Hel] truncated in=6 ! overloaded");
  EXPECT_EQ(told_events("data: [\r\n\r\n" + event(text("Hel"), stop)),
            "[Hel] stop in=6 malformed=1");
  EXPECT_EQ(told_events(R"(data: {"candidates":[{"finishReason":"STOP"}]})"
                        "\r\n\r\n"),
            " stop ! empty")
      << "without content";
}

TEST(GeminiWire, thoughts_are_not_given) {
  EXPECT_EQ(told_events(event(R"({"text":"hm","thought":true},{"text":"Yes"},)"
                              R"({"inlineData":{"mimeType":"a","data":"b"}})",
                              stop)),
            "[Yes] stop in=6");
}

TEST(GeminiWire, calls_keep_the_signature_of_their_thoughts) {
  EXPECT_EQ(told_events(event(R"({"functionCall":{"name":"find","args":{"a":1}},)"
                              R"("thoughtSignature":"c2ln"})") +
                        event(R"({"functionCall":{"id":"x7","name":"look"}})", stop)),
            R"((0 call_yqg4_0~sig~c2ln find {"a":1})(1 x7 look {}) tool_calls in=6)");
  std::string many, call = R"({"functionCall":{"name":"f"}},)";
  for (std::size_t i = 0; i < tool_calls_max; ++i) many += call;
  many.pop_back();
  EXPECT_THAT(
      told_in_pieces(make_gemini_wire(), Framing::events,
                     event(many) + event(call.substr(0, call.size() - 1)) + event("", stop), 1000),
      HasSubstr("tool_calls in=6 malformed=1"));
}

TEST(GeminiWire, an_answer_in_one_piece_is_one_event) {
  std::string body = event(text("Hello"), stop).substr(6);
  EXPECT_EQ(told(make_gemini_wire, Framing::whole, body), "[Hello] stop in=6");
  EXPECT_EQ(told(make_gemini_wire, Framing::whole, "[" + body + "]"), " truncated ! malformed");
}

}  // namespace
}  // namespace antiphon::model::gemini_wire_test
