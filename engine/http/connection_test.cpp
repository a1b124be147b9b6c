#include "engine/http/connection.h"

#include <boost/system/system_error.hpp>

#include "engine/http/sample_test.h"

namespace antiphon::http {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

class ConnectionTest : public VirtualServerTest {
 protected:
  // Sends the pieces with `pause` between them and gives all that came back.
  Task<std::string> trickle(std::vector<std::string> pieces, Duration pause) {
    Server server(router_, gate_, random_, options_);
    auto [near, far] = testing::memory_streams();
    TaskGroup tasks([](const std::exception_ptr&) {});
    tasks.spawn(server.serve(std::move(far)));
    bool had_enough = false;
    try {
      for (const std::string& piece : pieces) {
        co_await near->write_all(piece);
        co_await sleep_for(pause);
      }
    } catch (const boost::system::system_error&) {
      had_enough = true;
    }
    if (had_enough) co_await near->end_writing();
    std::string answer = co_await read_to_end(near.get());
    co_await server.stop();
    co_await tasks.join();
    co_return answer;
  }
};

std::size_t count_of(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

// E-10: answers come in the order of the requests, on one connection.
TEST_F(ConnectionTest, pipelined_requests_are_answered_in_order) {
  std::string answer = exchange(
      "PUT /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\none"
      "PUT /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: "
      "chunked\r\n\r\n2\r\ntw\r\n1\r\no\r\n0\r\n\r\n"
      "\r\n"
      "GET /greetings/Ada HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(count_of(answer, "HTTP/1.1 200 OK"), 3u);
  EXPECT_LT(answer.find("\r\n\r\none"), answer.find("\r\n\r\ntwo"));
  EXPECT_LT(answer.find("\r\n\r\ntwo"), answer.find("hello, Ada"));
}

TEST_F(ConnectionTest, answers_the_same_whatever_the_pieces_bytes_come_in) {
  std::string request =
      "PUT /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
      "3;x=y\r\nabc\r\nA\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n";
  std::vector<std::string> bytes;
  for (char c : request) bytes.emplace_back(1, c);
  EXPECT_THAT(run(trickle(bytes, 1ms)), HasSubstr("\r\n\r\nabc0123456789"));
}

TEST_F(ConnectionTest, takes_no_more_requests_than_the_limit) {
  options_.limits.requests_per_connection_max = 2;
  std::string request = "DELETE /greetings HTTP/1.1\r\nHost: a\r\n\r\n";
  std::string answer = exchange(request + request + request);
  EXPECT_EQ(count_of(answer, "HTTP/1.1 204"), 2u);
  EXPECT_EQ(count_of(answer, "Connection: close"), 1u);
}

TEST_F(ConnectionTest, asks_for_the_body_that_waits_for_it) {
  std::string request =
      "PUT /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n"
      "Connection: close\r\n\r\n";
  std::string answer = run(trickle({request, "hi"}, 1s));
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200")) << answer;
}

// The client still waits to be asked for its body, which the refusal makes needless.
TEST_F(ConnectionTest, a_refused_body_is_not_asked_for) {
  std::string answer = exchange(
      "PUT /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 100001\r\n\r\n");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 413")) << answer;
  EXPECT_THAT(answer, HasSubstr("Connection: close"));
}

TEST_F(ConnectionTest, head_has_the_headers_of_get_and_no_body) {
  std::string answer = exchange("HEAD /greetings/Ada HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(answer, HasSubstr("Content-Length: "));
  EXPECT_TRUE(answer.ends_with("\r\n\r\n")) << answer;
}

TEST_F(ConnectionTest, streams_in_chunks_and_to_http_1_0_until_the_end) {
  std::string now = exchange("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_TRUE(now.ends_with("\r\n\r\n2\r\n1\n\r\n2\r\n2\n\r\n2\r\n3\n\r\n0\r\n\r\n")) << now;
  std::string before = exchange("GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_TRUE(before.ends_with("Connection: close\r\n\r\n1\n2\n3\n")) << before;
}

TEST_F(ConnectionTest, a_large_body_is_refused_while_it_comes) {
  std::string head = "PUT /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  std::string chunk = "8000\r\n" + std::string(0x8000, 'x') + "\r\n";
  std::string answer = exchange(head + chunk + chunk + chunk + chunk);
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 413")) << answer;
}

TEST_F(ConnectionTest, an_unread_short_body_is_skipped_and_a_long_one_ends_the_connection) {
  std::string next = "DELETE /greetings HTTP/1.1\r\nHost: a\r\n\r\n";
  std::string head = "DELETE /greetings HTTP/1.1\r\nHost: a\r\nContent-Length: ";
  EXPECT_EQ(count_of(exchange(head + "5\r\n\r\n12345" + next), "HTTP/1.1 204"), 2u);
  std::string body(70'000, 'x');
  EXPECT_EQ(count_of(exchange(head + "70000\r\n\r\n" + body + next), "HTTP/1.1 204"), 1u);
}

TEST_F(ConnectionTest, a_head_that_comes_too_slowly_gives_408) {
  std::vector<std::string> pieces(30, "x");
  pieces.front() = "GET /";
  Instant began = time_.clock().steady();
  std::string answer = run(trickle(pieces, 1s));
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 408"));
  EXPECT_NE(answer.find(R"("code":"timeout")"), std::string::npos);
  EXPECT_LT(time_.clock().steady() - began, 20s);
}

TEST_F(ConnectionTest, a_body_that_comes_too_slowly_gives_408) {
  std::vector<std::string> pieces(30, "x");
  pieces.front() = "PUT /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n\r\n";
  Instant began = time_.clock().steady();
  EXPECT_TRUE(run(trickle(pieces, 1s)).starts_with("HTTP/1.1 408"));
  EXPECT_LT(time_.clock().steady() - began, 20s);
}

TEST_F(ConnectionTest, a_body_at_the_minimum_rate_may_take_long) {
  std::vector<std::string> pieces(40, std::string(2000, 'x'));
  pieces.insert(
      pieces.begin(),
      "PUT /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 80000\r\n\r\n");
  gate_ = OpenGate(1h);
  EXPECT_TRUE(run(trickle(pieces, 1s)).starts_with("HTTP/1.1 200"));
}

TEST_F(ConnectionTest, silent_connections_are_closed_without_a_word) {
  EXPECT_EQ(run(trickle({""}, 11s)), "");
  std::string request = "DELETE /greetings HTTP/1.1\r\nHost: a\r\n\r\n";
  EXPECT_EQ(count_of(run(trickle({request, request}, 74s)), "HTTP/1.1 204"), 2u);
  EXPECT_EQ(count_of(run(trickle({request, request}, 76s)), "HTTP/1.1 204"), 1u);
}

TEST_F(ConnectionTest, a_client_that_does_not_read_is_cut) {
  options_.limits.write_time = 30s;
  auto deaf = [&]() -> Task<Duration> {
    Server server(router_, gate_, random_, options_);
    auto [near, far] = testing::memory_streams(1000);
    TaskGroup tasks([](const std::exception_ptr&) {});
    tasks.spawn(server.serve(std::move(far)));
    Instant began = time_.clock().steady();
    std::string body(5000, 'x');
    co_await near->write_all("PUT /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5000\r\n\r\n" +
                             body);
    co_await tasks.join();
    co_await server.stop();
    co_return time_.clock().steady() - began;
  };
  Duration took = run(deaf());
  EXPECT_GE(took, 30s);
  EXPECT_LT(took, 31s);
}

TEST_F(ConnectionTest, a_handler_that_passes_its_deadline_gives_504) {
  EXPECT_TRUE(exchange("GET /never HTTP/1.1\r\nHost: a\r\n\r\n").starts_with("HTTP/1.1 504"));
}

TEST_F(ConnectionTest, an_unknown_failure_tells_nothing_of_its_reason) {
  std::string answer = exchange("GET /broken HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 500"));
  EXPECT_EQ(answer.find("secret"), std::string::npos);
}

// E-12: every bad field at once.
TEST_F(ConnectionTest, bad_input_is_a_problem_with_every_field) {
  std::string answer = exchange(
      "POST /greetings/Ada HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
      "Content-Length: 31\r\n\r\n{\"text\":\"x\",\"times\":10,\"more\":1}");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 400")) << answer;
  EXPECT_THAT(answer, HasSubstr("application/problem+json"));
  for (const char* pointer : {"\"/text\"", "\"/times\"", "\"/more\""}) {
    EXPECT_THAT(answer, HasSubstr(pointer));
  }
}

TEST_F(ConnectionTest, a_body_of_another_type_gives_415) {
  std::string answer = exchange(
      "POST /greetings/Ada HTTP/1.1\r\nHost: a\r\nContent-Type: text/xml\r\n"
      "Content-Length: 4\r\n\r\n<a/>");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 415")) << answer;
}

TEST_F(ConnectionTest, a_taken_socket_keeps_the_bytes_that_came_early) {
  std::string answer =
      exchange("GET /socket HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\nearly");
  EXPECT_TRUE(answer.ends_with("got early")) << answer;
}

TEST_F(ConnectionTest, a_takeover_that_is_refused_is_a_problem_like_any_other) {
  std::string answer = exchange("GET /socket HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 400")) << answer;
}

// E-17
TEST_F(ConnectionTest, every_answer_carries_the_security_headers) {
  for (std::string request : {"GET /stream HTTP/1.1\r\nHost: a\r\n\r\n",
                              "GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n", "nonsense\r\n\r\n"}) {
    std::string answer = exchange(request);
    for (const char* header : {"Content-Security-Policy: ", "X-Content-Type-Options: nosniff",
                               "Referrer-Policy: ", "Permissions-Policy: ", "Date: Sun, 01 Mar",
                               "Cache-Control: no-store"}) {
      EXPECT_THAT(answer, HasSubstr(header));
    }
    EXPECT_EQ(answer.find("Strict-Transport"), std::string::npos);
  }
  options_.is_secure = true;
  EXPECT_THAT(exchange("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n"),
              HasSubstr("Strict-Transport-Security: "));
}

TEST_F(ConnectionTest, the_trace_id_of_the_client_is_kept) {
  std::string trace = "4bf92f3577b34da6a3ce929d0e0e4736";
  std::string answer = exchange("GET /nowhere HTTP/1.1\r\nHost: a\r\ntraceparent: 00-" + trace +
                                "-00f067aa0ba902b7-01\r\n\r\n");
  EXPECT_THAT(answer, HasSubstr("\"traceId\":\"" + trace + "\""));
}

}  // namespace
}  // namespace antiphon::http
