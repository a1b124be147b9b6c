// E-104: users against a server in virtual time; those over sockets are in
// test/system/load_test.cpp.
#include "engine/load/run.h"

#include <gtest/gtest.h>

#include "engine/async/task_group.h"
#include "engine/testing/memory_stream.h"
#include "engine/testing/virtual_time.h"

namespace antiphon::load {
namespace {

using namespace std::chrono_literals;

/// Answers each request after a pause with 200, or as told.
class SlowServer final : public Network {
 public:
  std::unique_ptr<Listener> listen(const Endpoint&) override { return nullptr; }
  Task<std::unique_ptr<Stream>> connect(Endpoint, Instant) override {
    auto [near, far] = testing::memory_streams();
    connections_.spawn(serve(std::move(far)));
    co_return std::move(near);
  }
  Task<> stop() { return connections_.stop(); }

  Duration pause = 0ms;
  std::string status = "200 OK";
  std::string body = "{\"id\":\"thing_1\"}";
  std::vector<std::string> asked;

 private:
  Task<> serve(std::unique_ptr<Stream> stream) {
    std::string head;
    std::array<char, 1> byte;
    while (co_await stream->read_some(byte) != 0) {
      head += byte[0];
      if (!head.ends_with("\r\n\r\n")) continue;
      asked.push_back(head.substr(0, head.find('\r')));
      head.clear();
      co_await sleep_for(pause);
      co_await stream->write_all(
          fmt::format("HTTP/1.1 {}\r\nContent-Length: {}\r\n\r\n{}", status, body.size(), body));
    }
  }

  TaskGroup connections_{[](const std::exception_ptr&) {}};
};

class RunTest : public ::testing::Test {
 protected:
  Report run(const std::string& toml) {
    auto whole = [](RunTest& test, Scenario scenario) -> Task<Report> {
      Target target{.endpoint = {"127.0.0.1", 1}, .token = "apt_x"};
      Report report =
          co_await run_scenario(std::move(scenario), test.server_, test.random_, target);
      co_await test.server_.stop();
      co_return report;
    };
    return time_.run(whole(*this, parse_scenario(toml, "x.toml")));
  }

  testing::VirtualTime time_;
  SeededRandom random_{1};
  SlowServer server_;
};

TEST_F(RunTest, users_come_one_after_another_and_keep_their_rounds) {
  Report report = run(R"(
users = 4
spawn_per_second = 2
duration_ms = 10000
every_ms = 1000
step = [{do = "request", path = "/a", keep = {id = "/id"}},
        {do = "request", path = "/b/{id}/{user}"}])");
  EXPECT_EQ(report.users, 4);
  EXPECT_EQ(report.rounds, 10 + 10 + 9 + 9);
  EXPECT_EQ(report.dropped, 0);
  EXPECT_EQ(report.success, 1);
  EXPECT_EQ(server_.asked.at(1), "GET /b/thing_1/1 HTTP/1.1");
}

// What waits because the server is slow is slow too, though each answer takes but two seconds.
TEST_F(RunTest, times_count_from_when_a_step_was_meant_to_begin) {
  server_.pause = 2s;
  Report report = run(R"(
duration_ms = 5000
every_ms = 1000
step = [{do = "request", path = "/a"}])");
  EXPECT_EQ(report.rounds, 3);   // begun at 0, 2 and 4 s, due at 0, 1 and 2 s
  EXPECT_EQ(report.dropped, 2);  // due at 3 and 4 s
  EXPECT_NEAR(report.times.p50_ms, 3000, 30);
  EXPECT_NEAR(report.times.max_ms, 4000, 1);
}

TEST_F(RunTest, without_a_rhythm_rounds_follow_each_other) {
  server_.pause = 300ms;
  Report report = run(R"(
duration_ms = 2000
step = [{do = "request", path = "/a"}, {do = "think", time_ms = 700}])");
  EXPECT_EQ(report.rounds, 2);
  EXPECT_EQ(report.dropped, 0);
  EXPECT_NEAR(report.times.max_ms, 300, 1);
}

TEST_F(RunTest, a_wrong_answer_or_none_fails_its_step_and_ends_the_round) {
  server_.status = "503 Service Unavailable";
  std::string toml = R"(
duration_ms = 3000
every_ms = 1000
step = [{do = "request", path = "/a", within_ms = 500}, {do = "request", path = "/b"}])";
  Report report = run(toml);
  EXPECT_EQ(report.rounds, 0);
  EXPECT_EQ(report.success, 0);
  ASSERT_EQ(report.steps.size(), 1u);
  EXPECT_EQ(report.steps[0].failures.at("answered 503"), 3);
}

TEST_F(RunTest, an_answer_that_does_not_come_in_time_is_a_timeout) {
  server_.pause = 10s;
  Report report = run(R"(
duration_ms = 900
every_ms = 1000
step = [{do = "request", path = "/a", within_ms = 500}])");
  EXPECT_EQ(report.steps.at(0).failures.at("timeout"), 1);
}

TEST_F(RunTest, what_does_not_end_is_cut_off_and_told) {
  server_.pause = 10min;
  Report report = run(R"(
duration_ms = 900
step = [{do = "request", path = "/a", within_ms = 600000}])");
  EXPECT_EQ(report.dropped, 1);
  EXPECT_LT(report.seconds, 40);
}

}  // namespace
}  // namespace antiphon::load
