#pragma once

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/this_coro.hpp>
#include <exception>

#include "engine/async/time_limit.h"

namespace antiphon {

/// A task of its own whose steps have deadlines, one after the other. `within` spawns a task for
/// each deadline; here one is spawned for all of them, which is what a connection with many short
/// requests needs. Everything happens on one core.
class Interruptible {
 public:
  Interruptible() = default;
  Interruptible(const Interruptible&) = delete;
  Interruptible& operator=(const Interruptible&) = delete;

  /// Runs `task`, once; its cancellation is the caller's.
  Task<> run(Task<> task);

  /// From inside the task, one at a time: as the free `within`. @throws Error{Code::timeout}
  template <class T>
  Task<T> within(Instant deadline, Task<T> step);

 private:
  [[noreturn]] void fail_late() const;

  boost::asio::cancellation_signal signal_;
  bool is_late_ = false;
  TimeLimit limit_{[this] {
    is_late_ = true;
    signal_.emit(boost::asio::cancellation_type::terminal);
  }};
  bool is_done_ = false;
  bool is_cancelled_ = false;
  std::exception_ptr failure_;
  Waiter ended_;
};

template <class T>
Task<T> Interruptible::within(Instant deadline, Task<T> step) {
  is_late_ = false;
  auto limit = limit_.until(deadline);
  Outcome<T> outcome;
  try {
    if constexpr (std::is_void_v<T>) {
      co_await std::move(step);
      outcome.set({});
    } else {
      outcome.set(co_await std::move(step));
    }
  } catch (...) {
    outcome.fail(std::current_exception());
  }
  if (is_late_) {
    // The task's next waits are its own again.
    co_await boost::asio::this_coro::reset_cancellation_state();
    fail_late();
  }
  co_return outcome.take();
}

}  // namespace antiphon
