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

  /// Ends the task as if who runs it were cancelled: what it waits for is cancelled inside this
  /// call. Nothing happens before it runs or after its end.
  void cancel();

  /// A deadline for what is done from inside the task, one at a time: what waits when it passes is
  /// cancelled.
  class [[nodiscard]] Step {
   public:
    Step(Interruptible& owner, Instant deadline)
        : owner_(owner), limit_(owner.limit_.until(deadline)) {
      owner.is_late_ = false;
    }
    bool is_late() const { return owner_.is_late_; }
    /// Awaited by the task itself once a step was late, whatever that ended with: then the next
    /// waits are the task's own again.
    static auto recover() { return boost::asio::this_coro::reset_cancellation_state(); }
    /// What a late step ends with: Error{Code::timeout}, unless all of the task shall end.
    std::exception_ptr failure() const;

   private:
    Interruptible& owner_;
    TimeLimit::Scope limit_;
  };

  /// The same for one task: as the free `within`. @throws Error{Code::timeout}
  template <class T>
  Task<T> within(Instant deadline, Task<T> task);

 private:
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
Task<T> Interruptible::within(Instant deadline, Task<T> task) {
  Step step(*this, deadline);
  Outcome<T> outcome;
  try {
    if constexpr (std::is_void_v<T>) {
      co_await std::move(task);
      outcome.set({});
    } else {
      outcome.set(co_await std::move(task));
    }
  } catch (...) {
    outcome.fail(std::current_exception());
  }
  if (step.is_late()) {
    co_await Step::recover();
    std::rethrow_exception(step.failure());
  }
  co_return outcome.take();
}

}  // namespace antiphon
