#include "engine/async/turnstile.h"

#include <gtest/gtest.h>

#include <atomic>

#include "engine/async/call.h"
#include "engine/base/error.h"

namespace antiphon {
namespace {

using namespace std::chrono_literals;

void pass_over(const std::exception_ptr&) {}

// Notes when it is in and when it goes, a turn of the loop later.
Task<> go_through(Turnstile& gate, std::string& order, char name) {
  auto pass = co_await gate.enter();
  order += name;
  co_await sleep_for(1ms);
  order += '.';
}

class TurnstileTest : public ::testing::Test {
 protected:
  void run(Task<> task) { core_.run_until_done(std::move(task)); }

  SystemClock clock_;
  Core core_{0, clock_};
  Turnstile gate_;
  std::string order_;
};

TEST_F(TurnstileTest, one_is_in_at_a_time_in_the_order_of_coming) {
  run([&]() -> Task<> {
    TaskGroup group(pass_over);
    for (char name : {'a', 'b', 'c'}) group.spawn(go_through(gate_, order_, name));
    co_await group.join();
  }());
  EXPECT_EQ(order_, "a.b.c.");
}

TEST_F(TurnstileTest, who_gives_up_takes_no_turn) {
  run([&]() -> Task<> {
    TaskGroup group(pass_over);
    {
      auto pass = co_await gate_.enter();
      auto late = within(clock_.steady() + 1ms, go_through(gate_, order_, 'x'));
      group.spawn(go_through(gate_, order_, 'a'));
      EXPECT_THROW(co_await std::move(late), Error);
    }
    co_await group.join();
  }());
  EXPECT_EQ(order_, "a.");
}

// The turn was given already, and is not lost with whom it was given to.
TEST_F(TurnstileTest, who_is_let_in_and_gone_lets_the_next_in) {
  run([&]() -> Task<> {
    TaskGroup gone(pass_over);
    TaskGroup group(pass_over);
    {
      auto pass = co_await gate_.enter();
      gone.spawn(go_through(gate_, order_, 'x'));
      group.spawn(go_through(gate_, order_, 'a'));
    }
    gone.cancel();
    co_await gone.join();
    co_await within(clock_.steady() + 10s, group.join());
  }());
  EXPECT_EQ(order_, "a.");
}

TEST(Turnstile, holds_over_cores) {
  constexpr int rounds = 200;
  SystemClock clock;
  Cores cores(3, clock);
  Turnstile gate;
  std::atomic<int> inside = 0;
  std::atomic<int> met = 0;
  int passed = 0;  // guarded by the turnstile
  auto walk = [&]() -> Task<> {
    for (int i = 0; i < rounds; ++i) {
      auto pass = co_await gate.enter();
      if (++inside > 1) ++met;
      ++passed;
      --inside;
    }
  };
  TaskGroup main(pass_over);
  auto story = [&]() -> Task<> {
    TaskGroup walkers(pass_over);
    for (unsigned i = 0; i < cores.size(); ++i) walkers.spawn(on_core(cores.at(i), walk));
    co_await walkers.join();
    cores.stop();
  };
  cores.at(0).post([&] { main.spawn(story()); });
  cores.run();
  EXPECT_EQ(met, 0);
  EXPECT_EQ(passed, rounds * 3);
}

}  // namespace
}  // namespace antiphon
