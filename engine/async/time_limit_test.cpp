#include "engine/async/time_limit.h"

#include <gtest/gtest.h>

#include "engine/async/call.h"
#include "engine/async/interruptible.h"
#include "engine/base/error.h"
#include "engine/testing/virtual_time.h"

namespace antiphon {
namespace {

using namespace std::chrono_literals;

class TimeLimitTest : public ::testing::Test {
 protected:
  template <class T>
  T run(Task<T> task) {
    return time_.run(std::move(task));
  }
  static Instant in(Duration time) { return Core::here().clock().steady() + time; }
  static std::chrono::seconds since(Instant begin) {
    return std::chrono::floor<std::chrono::seconds>(in(0s) - begin);
  }

  testing::VirtualTime time_;
};

TEST_F(TimeLimitTest, can_be_shortened_and_not_lengthened) {
  auto story = []() -> Task<> {
    std::vector<std::chrono::seconds> passed;
    Instant begin = in(0s);
    TimeLimit limit([&] { passed.push_back(since(begin)); });
    limit.shorten(in(1s));  // there is none
    auto set = limit.until(in(30s));
    limit.shorten(in(10s));
    limit.shorten(in(20s));
    co_await sleep_for(60s);
    EXPECT_EQ(passed, std::vector{10s});
  };
  run(story());
}

// E-10: what bounds each request of a connection passes at its own instant, whether it was set
// earlier or later than the one before, and not once it is taken back.
TEST_F(TimeLimitTest, passes_at_the_instant_that_was_set_last) {
  auto story = []() -> Task<> {
    std::vector<std::chrono::seconds> passed;
    Instant begin = in(0s);
    TimeLimit limit([&] { passed.push_back(since(begin)); });
    {
      auto taken_back = limit.until(in(10s));
    }
    co_await sleep_for(20s);
    EXPECT_TRUE(passed.empty());
    {
      auto set = limit.until(in(30s));
      co_await sleep_for(5s);
    }
    {
      auto later = limit.until(in(40s));  // at 65 s; what waits in the timers is for 50 s
      co_await sleep_for(39s);
      EXPECT_TRUE(passed.empty());
      co_await sleep_for(2s);
    }
    {
      auto first = limit.until(in(100s));
    }
    {
      auto earlier = limit.until(in(1s));
      co_await sleep_for(200s);
    }
    EXPECT_EQ(passed, (std::vector{65s, 67s}));
  };
  run(story());
}

Task<> sleep_and_count(int* count, Duration time) {
  co_await sleep_for(time);
  ++*count;
}

// E-10: a step that is late ends and says so; the steps after it have their own time.
TEST_F(TimeLimitTest, a_late_step_ends_and_the_next_has_its_own_time) {
  auto story = []() -> Task<> {
    int done = 0;
    int late = 0;
    Interruptible task;
    auto steps = [&]() -> Task<> {
      co_await task.within(in(2s), sleep_and_count(&done, 1s));
      for (int i = 0; i < 2; ++i) {
        try {
          co_await task.within(in(1s), sleep_and_count(&done, 1h));
        } catch (const Error& error) {
          late += error.code() == Code::timeout ? 1 : 0;
        }
      }
      co_await task.within(in(2h), sleep_and_count(&done, 1h));
    };
    co_await task.run(steps());
    EXPECT_EQ(done, 2);
    EXPECT_EQ(late, 2);
  };
  run(story());
}

// A task that is cancelled from outside has ended when its caller goes on.
TEST_F(TimeLimitTest, a_cancelled_task_ends_before_its_caller_goes_on) {
  auto story = []() -> Task<> {
    int done = 0;
    bool ended = false;
    auto steps = [&](Interruptible* task) -> Task<> {
      struct End {
        ~End() { *ended = true; }
        bool* ended;
      } end{&ended};
      co_await task->within(in(1h), sleep_and_count(&done, 30min));
    };
    auto runs = [&]() -> Task<> {
      Interruptible task;
      co_await task.run(steps(&task));
    };
    Instant begin = in(0s);
    EXPECT_THROW(co_await within(in(1s), runs()), Error);
    EXPECT_TRUE(ended);
    EXPECT_EQ(done, 0);
    EXPECT_EQ(since(begin), 1s);
  };
  run(story());
}

}  // namespace
}  // namespace antiphon
