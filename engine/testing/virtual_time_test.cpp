#include "engine/testing/virtual_time.h"

#include <gtest/gtest.h>

#include "engine/base/error.h"

namespace antiphon::testing {
namespace {

using namespace std::chrono_literals;

// E-28: hours pass in moments, and in order.
TEST(VirtualTime, jumps_over_waits) {
  VirtualTime time;
  Timestamp before = time.clock().now();
  auto sleeper = []() -> Task<int> {
    co_await sleep_for(3h);
    co_await sleep_for(2h);
    co_return 5;
  };
  EXPECT_EQ(time.run(sleeper()), 5);
  EXPECT_GE(time.clock().now() - before, 5h);
  EXPECT_LT(time.clock().now() - before, 5h + 1s);
}

TEST(VirtualTime, tells_when_a_task_waits_for_nothing) {
  VirtualTime time;
  Waiter never;
  auto stuck = [&]() -> Task<> { co_await never.wait(); };
  EXPECT_THROW(time.run(stuck()), Error);
}

}  // namespace
}  // namespace antiphon::testing
