// E-90: what a request is in its caller's trace, and in ours.
#include "engine/http/sample_test.h"

namespace antiphon::http {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;
using trace::Attribute;

class ServerTraceTest : public VirtualServerTest {
 protected:
  ServerTraceTest() { options_.tracer = &tracer_; }

  // The spans of what comes of these requests.
  std::vector<trace::SpanRecord> spans_of(std::string bytes) {
    exchange(std::move(bytes));
    return tracer_.take(100);
  }
  static Attribute number(std::int64_t value) { return value; }

  trace::Tracer tracer_{time_.clock(), random_};
};

constexpr std::string_view theirs = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

TEST_F(ServerTraceTest, a_request_is_a_span_of_its_callers_trace) {
  auto spans = spans_of(
      fmt::format("DELETE /greetings HTTP/1.1\r\nHost: a\r\ntraceparent: {}\r\ntracestate: a=1\r\n"
                  "tracestate: b=2\r\n\r\n",
                  theirs));
  ASSERT_THAT(spans, SizeIs(1));
  EXPECT_EQ(spans[0].context.trace_id, "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_EQ(spans[0].parent, "00f067aa0ba902b7");
  EXPECT_EQ(*spans[0].context.state, "a=1,b=2");
  EXPECT_EQ(spans[0].name, "DELETE /greetings");
  EXPECT_EQ(spans[0].kind, trace::Kind::server);
  EXPECT_THAT(spans[0].attributes, Contains(Pair("http.response.status_code", number(204))));
  EXPECT_THAT(spans[0].attributes, Contains(Pair("http.route", Attribute("/greetings"))));
  EXPECT_EQ(spans[0].failure, "");
}

TEST_F(ServerTraceTest, who_did_not_want_it_recorded_gets_none_and_two_parents_are_none) {
  std::string unsampled(theirs);
  unsampled.back() = '0';
  EXPECT_THAT(spans_of("GET /house HTTP/1.1\r\nHost: a\r\ntraceparent: " + unsampled + "\r\n\r\n"),
              IsEmpty());
  auto spans = spans_of(
      fmt::format("GET /house HTTP/1.1\r\nHost: a\r\ntraceparent: {0}\r\ntraceparent: {0}\r\n"
                  "tracestate: a=1\r\n\r\n",
                  theirs));
  ASSERT_THAT(spans, SizeIs(1));
  EXPECT_TRUE(spans[0].parent.is_none());
  EXPECT_NE(spans[0].context.trace_id, "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_EQ(spans[0].context.state, nullptr);
}

TEST_F(ServerTraceTest, a_path_is_told_by_its_template_alone) {
  auto spans = spans_of(
      "GET /greetings/somebody?text=secret HTTP/1.1\r\nHost: a\r\n\r\n"
      "GET /nowhere/somebody HTTP/1.1\r\nHost: a\r\n\r\n"
      "GET /broken HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_THAT(spans, SizeIs(3));
  EXPECT_EQ(spans[0].name, "GET /greetings/{person}");
  EXPECT_EQ(spans[1].name, "GET");
  EXPECT_THAT(spans[1].attributes, Contains(Pair("http.response.status_code", number(404))));
  EXPECT_EQ(spans[1].failure, "") << "a client's mistake is none of ours";
  EXPECT_EQ(spans[2].failure, "500");
  for (const trace::SpanRecord& span : spans) {
    for (const auto& [key, value] : span.attributes) {
      const auto* text = std::get_if<std::string>(&value);
      if (!text) continue;
      EXPECT_EQ(text->find("somebody"), std::string::npos) << key;
      EXPECT_EQ(text->find("secret"), std::string::npos) << key;
    }
  }
}

TEST_F(ServerTraceTest, a_socket_that_is_taken_ends_its_span) {
  auto spans = spans_of("GET /socket HTTP/1.1\r\nHost: a\r\nUpgrade: x\r\n\r\n");
  ASSERT_THAT(spans, SizeIs(1));
  EXPECT_THAT(spans[0].attributes, Contains(Pair("http.response.status_code", number(101))));
}

// The handler's call stands below the request's span.
TEST_F(ServerTraceTest, what_a_handler_does_stands_below_its_request) {
  router_.add({.path = "/deep", .permission = "public"}, [](Call call) -> Task<NoContent> {
    trace::Span span(call.trace(), "inside");
    Call below = call.below(span);
    trace::Span deeper(below.trace(), "deeper");
    co_return NoContent{};
  });
  auto spans = spans_of("GET /deep HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_THAT(spans, SizeIs(3));
  EXPECT_EQ(spans[0].name, "deeper");
  EXPECT_EQ(spans[0].parent, spans[1].context.span_id);
  EXPECT_EQ(spans[1].parent, spans[2].context.span_id);
  EXPECT_EQ(spans[2].name, "GET /deep");
}

}  // namespace
}  // namespace antiphon::http
