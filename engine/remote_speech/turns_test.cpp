#include "engine/remote_speech/turns.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/async/task_group.h"
#include "engine/base/error.h"
#include "engine/testing/virtual_time.h"

// E-40: servers that take one request at a time are asked in turn, fairly.

namespace antiphon::remote_speech {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using Seat = std::shared_ptr<Turns::Seat>;

class TurnsTest : public ::testing::Test {
 protected:
  // Takes a turn, holds it for a second, and notes when it had it.
  Task<> work(std::string name, Seat seat, Urgency urgency, Duration patience = 1000s) {
    try {
      auto turn = co_await turns_->take(seat, urgency, now() + patience);
      order_.push_back(name);
      most_ = std::max(most_, turns_->under_way());
      co_await sleep_for(1s);
    } catch (const Error& error) {
      order_.push_back(name + " " + std::string(to_text(error.code())));
    }
  }
  static Instant now() { return Core::here().clock().steady(); }
  static Seat seat() { return std::make_shared<Turns::Seat>(); }

  void run(std::function<void(TaskGroup& tasks)> begin) {
    auto all = [&]() -> Task<> {
      TaskGroup tasks([](const std::exception_ptr& failure) { std::rethrow_exception(failure); });
      begin(tasks);
      co_await tasks.join();
    };
    time_.run(all());
    EXPECT_EQ(turns_->under_way(), 0u);
    EXPECT_EQ(turns_->waiting(), 0u);
  }

  testing::VirtualTime time_;
  std::shared_ptr<Turns> turns_ = std::make_shared<Turns>(1);
  std::vector<std::string> order_;
  std::size_t most_ = 0;
};

TEST_F(TurnsTest, E40_finals_go_first_and_streams_take_turns) {
  Seat a = seat(), b = seat(), c = seat();
  run([&](TaskGroup& tasks) {
    for (const char* name : {"a1", "a2", "a3"}) tasks.spawn(work(name, a, Urgency::partial));
    for (const char* name : {"b1", "b2"}) tasks.spawn(work(name, b, Urgency::partial));
    tasks.spawn(work("c1", c, Urgency::final));
  });
  EXPECT_THAT(order_, ElementsAre("a1", "c1", "b1", "a2", "b2", "a3"));
  EXPECT_EQ(most_, 1u);
}

TEST_F(TurnsTest, so_many_have_a_turn_at_once) {
  turns_ = std::make_shared<Turns>(3);
  run([&](TaskGroup& tasks) {
    for (int i = 0; i < 10; ++i) tasks.spawn(work("x", seat(), Urgency::partial));
  });
  EXPECT_EQ(order_.size(), 10u);
  EXPECT_EQ(most_, 3u);
}

TEST_F(TurnsTest, who_waits_too_long_or_leaves_keeps_nobody_from_a_turn) {
  run([&](TaskGroup& tasks) {
    tasks.spawn(work("first", seat(), Urgency::partial));
    tasks.spawn(work("hasty", seat(), Urgency::final, 500ms));
    tasks.spawn(work("last", seat(), Urgency::partial));
    auto leaving = std::make_shared<TaskGroup>([](const std::exception_ptr&) {});
    leaving->spawn(work("leaves", seat(), Urgency::final));
    // In the very turn in which the turn comes free it may have it already, and gives it back.
    tasks.spawn([](std::shared_ptr<TaskGroup> group) -> Task<> {
      co_await sleep_for(500ms);
      co_await sleep_for(500ms);
      co_await group->stop();
    }(leaving));
  });
  EXPECT_EQ(order_.front(), "first");
  EXPECT_EQ(order_.back(), "last");
  EXPECT_THAT(order_, ::testing::Contains("hasty timeout"));
}

TEST_F(TurnsTest, only_so_many_wait) {
  run([&](TaskGroup& tasks) {
    for (std::size_t i = 0; i < turns_waiting_max + 2; ++i) {
      tasks.spawn(work(std::to_string(i), seat(), Urgency::partial, 10s));
    }
  });
  EXPECT_EQ(std::ranges::count(order_, fmt::format("{} unavailable", turns_waiting_max + 1)), 1);
  EXPECT_EQ(std::ranges::count_if(order_, [](auto& each) { return each.ends_with("unavailable"); }),
            1);
}

TEST_F(TurnsTest, cores_share_the_turns_of_a_server) {
  SystemClock clock;
  Cores cores(2, clock);
  std::atomic<int> under_way = 0, most = 0, done = 0;
  auto one = [&]() -> Task<> {
    auto turn = co_await turns_->take(seat(), Urgency::partial, now() + 1000s);
    most = std::max(most.load(), ++under_way);
    co_await sleep_for(100us);
    --under_way;
    if (++done == 40) cores.stop();
  };
  std::vector<std::unique_ptr<TaskGroup>> groups;
  for (unsigned core = 0; core < 2; ++core) {
    groups.push_back(std::make_unique<TaskGroup>([](const std::exception_ptr&) {}));
    cores.at(core).post([&, group = groups.back().get()] {
      for (int i = 0; i < 20; ++i) group->spawn(one());
    });
  }
  cores.run();
  EXPECT_EQ(done, 40);
  EXPECT_EQ(most, 1);
}

}  // namespace
}  // namespace antiphon::remote_speech
