#include "engine/http/server_metrics.h"

#include "engine/http/sample_test.h"

namespace antiphon::http {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class ServerMetricsTest : public VirtualServerTest {};

TEST_F(ServerMetricsTest, requests_are_counted_by_route_and_status) {
  metrics::Registry registry;
  options_.metrics = &registry;
  exchange(
      "DELETE /greetings HTTP/1.1\r\nHost: a\r\n\r\nDELETE /greetings HTTP/1.1\r\nHost: a\r\n\r\n");
  exchange("GET /nowhere/7 HTTP/1.1\r\nHost: a\r\n\r\n");
  exchange("nonsense\r\n\r\n");
  std::string text = registry.to_text();
  auto requests = [](std::string_view route, std::string_view status) {
    return fmt::format("antiphon_http_requests_total{{route=\"{}\",status=\"{}\"}}", route, status);
  };
  EXPECT_THAT(text, HasSubstr(requests("DELETE /greetings", "2xx") + " 2"));
  EXPECT_THAT(text, HasSubstr(requests("none", "4xx") + " 2"));
  EXPECT_THAT(text,
              HasSubstr("antiphon_http_request_seconds_count{route=\"DELETE /greetings\"} 2"));
  EXPECT_THAT(text, HasSubstr("antiphon_http_connections 0"));
  EXPECT_THAT(text, Not(HasSubstr("nowhere"))) << "labels never come from a caller";
}

// E-100: by route, also where the answer was no success.
TEST_F(ServerMetricsTest, failures_are_those_of_their_route) {
  metrics::Registry registry;
  options_.metrics = &registry;
  exchange("GET /broken HTTP/1.1\r\nHost: a\r\n\r\n");
  exchange("POST /hello/Ada HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
  std::string text = registry.to_text();
  EXPECT_THAT(text, HasSubstr("{route=\"GET /broken\",status=\"5xx\"} 1"));
  EXPECT_THAT(text, HasSubstr("{route=\"POST /greetings/{person}\",status=\"4xx\"} 1"))
      << "an alias is its route";
}

TEST_F(ServerMetricsTest, bytes_are_counted_both_ways) {
  metrics::Registry registry;
  options_.metrics = &registry;
  std::string long_body(100'000, 'x');
  std::size_t sent = 0;
  std::size_t received = 0;
  for (const std::string& request :
       {"PUT /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n" + long_body,
        std::string("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n"), std::string("nonsense\r\n\r\n")}) {
    received += request.size();
    sent += exchange(request).size();
  }
  std::string text = registry.to_text();
  EXPECT_THAT(text, HasSubstr(fmt::format("antiphon_http_received_bytes_total {}", received)));
  EXPECT_THAT(text, HasSubstr(fmt::format("antiphon_http_sent_bytes_total {}", sent)));
}

TEST_F(ServerMetricsTest, connections_are_timed_to_their_end) {
  metrics::Registry registry;
  options_.metrics = &registry;
  exchange("GET /never HTTP/1.1\r\nHost: a\r\n\r\n");
  std::string text = registry.to_text();
  EXPECT_THAT(text, HasSubstr("antiphon_http_connection_seconds_count 1"));
  EXPECT_THAT(text, HasSubstr("antiphon_http_connection_seconds_bucket{le=\"10\"} 0"));
  EXPECT_THAT(text, HasSubstr("antiphon_http_connection_seconds_bucket{le=\"60\"} 1"));
}

// What only the log may see is there, under the trace id that the caller was told.
TEST_F(ServerMetricsTest, a_failed_handler_is_logged_with_its_reason) {
  std::string lines;
  log::Options options{.sink = [&](std::string_view line) { lines.append(line).append("\n"); }};
  options_.log.emplace(time_.clock(), std::move(options));
  std::string answer = exchange("GET /broken HTTP/1.1\r\nHost: a\r\n\r\n");
  options_.log.reset();  // the last handle waits for the lines
  std::string key = "\"traceId\":\"";
  std::string trace_id = answer.substr(answer.find(key) + key.size(), 32);
  EXPECT_THAT(lines, HasSubstr("the secret reason"));
  EXPECT_THAT(lines, HasSubstr(trace_id));
}

}  // namespace
}  // namespace antiphon::http
