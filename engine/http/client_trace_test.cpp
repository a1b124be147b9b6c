// E-90: what is asked of other servers, in the trace of who asks.
#include "engine/http/client_sample_test.h"

namespace antiphon::http {
namespace {

// Keeps the heads of the requests that it answers.
Script remembering(std::vector<std::string>* heads, std::string answer) {
  return [heads, answer](int, std::shared_ptr<Stream> stream) -> Task<> {
    return
        [](std::shared_ptr<Stream> to, std::vector<std::string>* kept, std::string text) -> Task<> {
          std::string head;
          std::array<char, 1> byte;
          while (co_await to->read_some(byte) > 0) {
            head += byte[0];
            if (!head.ends_with("\r\n\r\n")) continue;
            kept->push_back(std::exchange(head, {}));
            co_await to->write_all(text);
          }
        }(std::move(stream), heads, answer);
  };
}

TEST_F(HttpClientTest, tells_the_server_in_which_trace_it_is_asked) {  // E-90
  SeededRandom random(1);
  trace::Tracer tracer(time_.clock(), random);
  std::vector<std::string> heads;
  network_.script = remembering(&heads, std::string(hello));
  trace::Context recorded = trace::begin_trace(&tracer, random);
  recorded.state = std::make_shared<const std::string>("rojo=1");
  trace::Context unrecorded =
      *trace::parse_traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
  with_client([&](NetworkHttpClient& client) -> Task<> {
    for (const trace::Context& context : {recorded, unrecorded, trace::Context()}) {
      ClientRequest request = get("/search?q=secret");
      request.trace = context;
      EXPECT_EQ((co_await client.send(request, soon())).status, 200);
    }
    ClientRequest own = get();
    own.trace = unrecorded;
    own.headers.set("traceparent", "mine");
    co_await client.send(own, soon());
  });
  auto spans = tracer.take(10);
  ASSERT_EQ(spans.size(), 1u);
  EXPECT_EQ(spans[0].name, "GET");
  EXPECT_EQ(spans[0].kind, trace::Kind::client);
  EXPECT_THAT(heads[0], HasSubstr("traceparent: " + trace::to_traceparent(spans[0].context)));
  EXPECT_THAT(heads[0], HasSubstr("tracestate: rojo=1"));
  EXPECT_THAT(heads[1], HasSubstr("traceparent: " + trace::to_traceparent(unrecorded)))
      << "where nobody records, who stands above is the parent";
  EXPECT_THAT(heads[2], ::testing::Not(HasSubstr("traceparent")));
  EXPECT_THAT(heads[3], HasSubstr("traceparent: mine"));
  for (const auto& [key, value] : spans[0].attributes) {
    const auto* text = std::get_if<std::string>(&value);
    EXPECT_TRUE(!text || !text->contains("secret")) << key;
  }
}

TEST_F(HttpClientTest, a_span_says_how_an_exchange_failed) {  // E-90
  SeededRandom random(1);
  trace::Tracer tracer(time_.clock(), random);
  ClientRequest request = get();
  request.trace = trace::begin_trace(&tracer, random);
  network_.script = always("HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n");
  outcome_of(request);
  network_.refuses = true;
  outcome_of(request);
  auto spans = tracer.take(10);
  ASSERT_EQ(spans.size(), 2u);
  EXPECT_EQ(spans[0].failure, "503");
  EXPECT_EQ(spans[1].failure, "unreachable");
}

}  // namespace
}  // namespace antiphon::http
