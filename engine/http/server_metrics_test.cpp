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
  EXPECT_THAT(text, HasSubstr("antiphon_http_requests_total{status=\"2xx\"} 2"));
  EXPECT_THAT(text, HasSubstr("antiphon_http_requests_total{status=\"4xx\"} 2"));
  EXPECT_THAT(text,
              HasSubstr("antiphon_http_request_seconds_count{route=\"DELETE /greetings\"} 2"));
  EXPECT_THAT(text, HasSubstr("antiphon_http_connections 0"));
  EXPECT_THAT(text, Not(HasSubstr("nowhere"))) << "labels never come from a caller";
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
