#include "engine/gateway/instance.h"

#include <gtest/gtest.h>

#include <atomic>

#include "engine/async/task_group.h"

namespace antiphon::gateway {
namespace {

using namespace std::chrono_literals;

// Two cores on threads of their own ask one instance: what is shared is its lock, and each who
// waits is woken on its own core.
class TwoCores {
 public:
  static constexpr int calls_of_each = 300;

  void run() {
    std::thread other([this] { run_core(1); });
    run_core(0);
    other.join();
  }

  SystemClock clock_;
  Instance instance_{
      {.name = "one", .concurrency_max = 3, .queue_max = 10'000}, {{.name = "model"}}, {}, clock_};
  std::atomic<int> running_ = 0;
  std::atomic<int> beyond_ = 0;
  std::atomic<int> done_ = 0;
  std::atomic<int> on_wrong_core_ = 0;

 private:
  void run_core(unsigned index) {
    Core core(index, clock_);
    core.run_until_done(call_often());
  }

  Task<> call_often() {
    TaskGroup group([](const std::exception_ptr&) { ADD_FAILURE(); });
    for (int i = 0; i < calls_of_each; ++i) group.spawn(call(i));
    co_await group.join();
  }

  Task<> call(int number) {
    Core& home = Core::here();
    Priority priority = number % 3 == 0 ? Priority::batch : Priority::live;
    auto place = co_await instance_.enter(0, priority, "ten_" + std::to_string(number % 5),
                                          clock_.steady() + 60s);
    if (&Core::here() != &home) ++on_wrong_core_;
    if (!place) co_return;
    if (++running_ > 3) ++beyond_;
    for (int turn = 0; turn < 3; ++turn) {
      Waiter later;
      home.post([&later] { later.wake(); });
      co_await later.wait();
    }
    --running_;
    ++done_;
    if (number % 2 == 0) place->succeeded({.first_token = 1ms, .total = 2ms});
  }
};

TEST(InstanceTest, cores_share_one_limit_and_each_is_woken_on_its_own) {  // E-32
  TwoCores cores;
  cores.run();
  EXPECT_EQ(cores.done_, 2 * TwoCores::calls_of_each);
  EXPECT_EQ(cores.beyond_, 0);
  EXPECT_EQ(cores.on_wrong_core_, 0);
  EXPECT_EQ(cores.instance_.running(), 0u);
  EXPECT_EQ(cores.instance_.waiting(), 0u);
}

}  // namespace
}  // namespace antiphon::gateway
