#include "engine/http/request_stages.h"

#include "engine/http/sample_test.h"

namespace antiphon::http {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

class RequestStagesTest : public VirtualServerTest {
 protected:
  RequestStagesTest() {
    router_.add({.path = "/timed", .permission = "public"}, this, &RequestStagesTest::timed);
  }
  Task<House> timed(Call) {
    co_await sleep_for(21ms);
    co_return House{.name = std::string(2000, 'x')};
  }
  static std::string timing_in(std::string_view answer) {
    auto at = answer.find("Server-Timing: ");
    if (at == std::string_view::npos) return "";
    answer.remove_prefix(at);
    return std::string(answer.substr(0, answer.find("\r\n")));
  }
};

TEST_F(RequestStagesTest, are_told_to_who_asks) {
  std::string answer = exchange(
      "GET /timed HTTP/1.1\r\nHost: a\r\nPrefer: respond-async, Server-Timing\r\n"
      "Accept-Encoding: gzip\r\n\r\n");
  EXPECT_EQ(timing_in(answer),
            "Server-Timing: admit;dur=0.0, handle;dur=21.0, pack;dur=0.0, "
            "total;dur=21.0");
  EXPECT_THAT(answer, HasSubstr("Preference-Applied: server-timing\r\n"));
}

TEST_F(RequestStagesTest, are_told_to_nobody_else) {
  std::string answer = exchange("GET /timed HTTP/1.1\r\nHost: a\r\nPrefer: server-timings\r\n\r\n");
  EXPECT_THAT(answer, HasSubstr("200 OK"));
  EXPECT_EQ(timing_in(answer), "");
  EXPECT_THAT(answer, Not(HasSubstr("Preference-Applied")));
}

TEST_F(RequestStagesTest, are_told_of_every_kind_of_answer) {
  for (const char* ask : {"GET /nowhere", "GET /stream", "HEAD /house", "GET /broken"}) {
    std::string answer =
        exchange(fmt::format("{} HTTP/1.1\r\nHost: a\r\nPrefer: server-timing\r\n\r\n", ask));
    EXPECT_THAT(timing_in(answer), MatchesRegex(".*admit;dur=0.0, .*total;dur=0.0")) << ask;
  }
}

// Of an answer that waits for its request's body that is mostly the client's time.
TEST_F(RequestStagesTest, the_wait_for_a_body_is_a_stage) {
  auto slow = [&]() -> Task<std::string> {
    Server server(router_, gate_, random_, options_);
    auto [near, far] = testing::memory_streams();
    TaskGroup tasks([](const std::exception_ptr&) {});
    tasks.spawn(server.serve(std::move(far)));
    co_await near->write_all(
        "PUT /echo HTTP/1.1\r\nHost: a\r\nPrefer: server-timing\r\nConnection: close\r\n"
        "Content-Length: 2\r\n\r\n");
    for (int i = 0; i < 2; ++i) {
      co_await sleep_for(30ms);
      co_await near->write_all("x");
    }
    std::string answer = co_await read_to_end(near.get());
    co_await server.stop();
    co_await tasks.join();
    co_return answer;
  };
  EXPECT_THAT(timing_in(run(slow())), HasSubstr("body;dur=60.0;desc=\"2 times\", handle;dur=60.0"));
}

TEST_F(RequestStagesTest, a_listed_origin_may_read_them) {
  options_.origins.allowed = {"https://studio.example"};
  std::string ask = "GET /house HTTP/1.1\r\nHost: a\r\nPrefer: server-timing\r\nOrigin: ";
  EXPECT_THAT(exchange(ask + "https://studio.example\r\n\r\n"),
              HasSubstr("Timing-Allow-Origin: https://studio.example\r\n"));
  EXPECT_THAT(exchange(ask + "https://evil.example\r\n\r\n"), Not(HasSubstr("Timing-Allow")));
}

}  // namespace
}  // namespace antiphon::http
