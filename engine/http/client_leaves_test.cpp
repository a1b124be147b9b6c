// Routes whose work ends when their client leaves.

#include "engine/http/sample_test.h"

namespace antiphon::http {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

// Ends when its owner does, and says when.
struct Work {
  explicit Work(std::vector<Instant>& ends) : ended(&ends) {}
  Work(Work&& other) noexcept : ended(std::exchange(other.ended, nullptr)) {}
  Work& operator=(Work&&) = delete;
  ~Work() {
    if (ended) ended->push_back(Core::here().clock().steady());
  }
  std::vector<Instant>* ended;
};

class ClientLeavesTest : public VirtualServerTest {
 protected:
  ClientLeavesTest() {
    add("/wait", true);
    add("/unwatched", false);
    router_.add({.method = Method::post,
                 .path = "/refuse",
                 .permission = "public",
                 .ends_with_client = true},
                [](Call, Request) -> Task<Response> {
                  throw Error(Code::forbidden, "Not for you.");
                  co_return Response{};
                });
    router_.add({.path = "/stream-long", .permission = "public", .ends_with_client = true},
                [this](Call, Request) -> Task<Response> {
                  co_return Response{
                      .body = StreamedBody([this](BodyWriter write) { return tell(this, write); })};
                });
  }

  void add(std::string path, bool ends_with_client) {
    router_.add({.method = Method::post,
                 .path = std::move(path),
                 .permission = "public",
                 .ends_with_client = ends_with_client},
                [this](Call, Request request) -> Task<Response> {
                  std::string body = co_await request.read_all();
                  Work work(ends_);
                  co_await sleep_for(10s);
                  co_return text("had " + body);
                });
  }

  static Task<> tell(ClientLeavesTest* test, BodyWriter write) {
    Work work(test->ends_);
    co_await write("first");
    co_await sleep_for(10s);
    co_await write("last");
  }

  // A server with one connection, which `talk` has the near end of, until both are done.
  void with_connection(const std::function<Task<>(Stream*, Server*, TaskGroup*)>& talk) {
    auto all = [&]() -> Task<> {
      Server server(router_, gate_, random_, options_);
      auto [near, far] = testing::memory_streams();
      TaskGroup tasks([](const std::exception_ptr&) {});
      tasks.spawn(server.serve(std::move(far)));
      co_await talk(near.get(), &server, &tasks);
      co_await tasks.join();
      co_await server.stop();
    };
    run(all());
  }

  // Sends the pieces a second apart, and closes another second later if asked to.
  std::string ask(const std::vector<std::string>& pieces, bool leaves) {
    std::string answer;
    with_connection([&](Stream* near, Server*, TaskGroup*) -> Task<> {
      for (const std::string& piece : pieces) {
        co_await near->write_all(piece);
        co_await sleep_for(1s);
      }
      left_ = Core::here().clock().steady();
      if (leaves) {
        near->close();
      } else {
        answer = co_await read_to_end(near);
      }
    });
    return answer;
  }

  std::vector<Instant> ends_;
  Instant left_;
};

const std::string wait_for_it = "POST /wait HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n";

TEST_F(ClientLeavesTest, E27_a_handler_ends_in_the_moment_in_which_its_client_leaves) {
  ask({wait_for_it + "body"}, true);
  EXPECT_THAT(ends_, ::testing::ElementsAre(left_));
}

TEST_F(ClientLeavesTest, E27_also_when_the_body_came_in_pieces) {
  ask({wait_for_it, "bo", "dy"}, true);
  EXPECT_THAT(ends_, ::testing::ElementsAre(left_));
}

TEST_F(ClientLeavesTest, E27_a_streamed_body_ends_in_the_moment_in_which_its_client_leaves) {
  ask({"GET /stream-long HTTP/1.1\r\nHost: a\r\n\r\n"}, true);
  EXPECT_THAT(ends_, ::testing::ElementsAre(left_));
}

TEST_F(ClientLeavesTest, other_handlers_end_by_themselves) {
  ask({"POST /unwatched HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody"}, true);
  ASSERT_EQ(ends_.size(), 1u);
  EXPECT_GT(ends_[0], left_);
}

TEST_F(ClientLeavesTest, requests_that_come_meanwhile_are_answered_in_their_order) {
  std::string answers = ask({wait_for_it + "aaaa", wait_for_it, "bbbb",
                             "GET /stream-long HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"},
                            false);
  auto first = answers.find("had aaaa");
  auto second = answers.find("had bbbb");
  auto third = answers.find("last\r\n0\r\n");
  EXPECT_LT(first, second);
  EXPECT_LT(second, third);
  EXPECT_NE(third, std::string::npos) << answers;
}

TEST_F(ClientLeavesTest, a_body_that_nobody_read_is_skipped_and_the_next_request_answered) {
  const std::string refused = "POST /refuse HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n";
  std::string answers = ask({refused + "aaaa", refused, "bbbb",
                             "GET /stream-long HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"},
                            false);
  EXPECT_THAT(answers, HasSubstr("403"));
  EXPECT_THAT(answers, HasSubstr("last\r\n0\r\n"));
}

// The watch goes on behind the answer, for the next request's first bytes.
TEST_F(ClientLeavesTest, requests_that_come_one_after_the_other_are_answered) {
  with_connection([&](Stream* near, Server*, TaskGroup*) -> Task<> {
    for (std::string body : {"aaaa", "bbbb", "cccc"}) {
      co_await near->write_all(wait_for_it + body);
      co_await sleep_for(11s);
      std::array<char, 4096> answer;
      std::size_t count = co_await near->read_some(answer);
      EXPECT_THAT(std::string(answer.data(), count), HasSubstr("had " + body));
    }
    near->close();
  });
  EXPECT_EQ(ends_.size(), 3u);
}

TEST_F(ClientLeavesTest, who_sends_nothing_more_is_closed_when_it_was_silent_too_long) {
  with_connection([&](Stream* near, Server*, TaskGroup*) -> Task<> {
    co_await near->write_all(wait_for_it + "body");
    Instant answered = Core::here().clock().steady() + 10s;
    EXPECT_THAT(co_await read_to_end(near), HasSubstr("had body"));
    Duration silent = Core::here().clock().steady() - answered;
    EXPECT_GE(silent, options_.limits.idle_time);
    EXPECT_LT(silent, options_.limits.idle_time + 1s);
  });
}

TEST_F(ClientLeavesTest, draining_closes_who_sends_nothing_more) {
  with_connection([&](Stream* near, Server* server, TaskGroup*) -> Task<> {
    co_await near->write_all(wait_for_it + "body");
    co_await sleep_for(11s);
    Instant before = Core::here().clock().steady();
    co_await server->drain(before + 5s);
    EXPECT_EQ(Core::here().clock().steady(), before);
    EXPECT_THAT(co_await read_to_end(near), HasSubstr("had body"));
  });
}

TEST_F(ClientLeavesTest, a_server_that_stops_ends_what_it_watches) {
  Instant stopped;
  with_connection([&](Stream* near, Server*, TaskGroup* tasks) -> Task<> {
    co_await near->write_all("GET /stream-long HTTP/1.1\r\nHost: a\r\n\r\n");
    co_await sleep_for(1s);
    stopped = Core::here().clock().steady();
    co_await tasks->stop();
  });
  EXPECT_THAT(ends_, ::testing::ElementsAre(stopped));
}

}  // namespace
}  // namespace antiphon::http
