#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <thread>
#include <vector>

#include "engine/async/task.h"
#include "engine/async/timers.h"
#include "engine/base/clock.h"

namespace antiphon {

class Poller;

/// One event loop on one thread. Everything of a core runs on its thread; only post() may be called
/// from elsewhere, and only values cross.
class Core {
 public:
  Core(unsigned index, const Clock& clock);
  ~Core();

  /// The core whose thread this is. Throws (ENSURE) outside of one.
  static Core& here();

  unsigned index() const { return index_; }
  const Clock& clock() const { return clock_; }
  Timers& timers() { return timers_; }
  boost::asio::any_io_executor executor();
  /// For the sockets of this core.
  Poller& poller();

  /// Runs `action` on this core's thread, later. From any thread.
  void post(std::move_only_function<void()> action);

  /// Runs the loop on the calling thread until stop().
  void run();
  void stop();

  /// Runs `task` to its end on the calling thread and gives its result: for command line, tests.
  template <class T>
  T run_until_done(Task<T> task);

  /// Runs what is ready and returns at once; for clocks that a test moves. Gives whether any ran.
  bool poll();
  /// The same for one piece of it, so that a test can look at what holds between any two.
  bool poll_one();

 private:
  void drive(Task<> task);
  void arm();

  struct Loop;
  unsigned index_;
  const Clock& clock_;
  std::unique_ptr<Poller> poller_;  // made for the first socket; outlives what the loop holds
  std::unique_ptr<Loop> loop_;
  Timers timers_;
};

/// Sleeps on the current core's clock. Throws operation_aborted when cancelled.
Task<> sleep_for(Duration duration);
Task<> sleep_until(Instant when);

/// The cores of a process: one thread each.
class Cores {
 public:
  Cores(unsigned count, const Clock& clock);
  ~Cores();

  unsigned size() const { return static_cast<unsigned>(cores_.size()); }
  Core& at(unsigned index) { return *cores_.at(index); }
  /// The core that owns `key` (a session id, a cache key): always the same within a process.
  Core& home(std::string_view key);

  /// Starts threads for all cores but the first, whose loop runs on the calling thread; returns
  /// after stop(), when every loop has ended.
  void run();
  void stop();

 private:
  std::vector<std::unique_ptr<Core>> cores_;
  std::vector<std::thread> threads_;
};

namespace detail {
void start_on(Core& core, std::function<Task<>()> start, std::function<void()> done);
}

/// Runs `make()` (a callable that gives a Task) on `target` and waits for its result here. `make`
/// and the result cross threads: they own what they hold. The work is not cancelled with the
/// waiter.
template <class F, class R = typename std::invoke_result_t<F>::value_type>
// Cores outlive what runs on them.
// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters)
Task<R> on_core(Core& target, F make) {
  Core& home = Core::here();
  if (&target == &home) co_return co_await make();
  auto outcome = std::make_shared<Outcome<R>>();
  auto waiter = std::make_shared<Waiter>();
  auto call = std::make_shared<F>(std::move(make));
  detail::start_on(
      target, [call, outcome] { return settle((*call)(), outcome); },
      [&home, waiter]() mutable { home.post([waiter = std::move(waiter)] { waiter->wake(); }); });
  co_await waiter->wait();
  co_return outcome->take();
}

template <class T>
T Core::run_until_done(Task<T> task) {
  auto outcome = std::make_shared<Outcome<T>>();
  drive(settle(std::move(task), outcome));
  return outcome->take();
}

}  // namespace antiphon
