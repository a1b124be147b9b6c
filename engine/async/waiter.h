#pragma once

#include <boost/asio/cancellation_signal.hpp>
#include <boost/system/error_code.hpp>
#include <functional>

#include "engine/async/task.h"

namespace antiphon {

/// The one place where a coroutine of ours sleeps until somebody wakes it: timers, queues, pools
/// and groups are made of it. One coroutine waits at a time. Everything happens on one core.
class Waiter {
 public:
  Waiter() = default;
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;

  /// Sleeps until wake(); returns at once when a wake came before. Throws operation_aborted
  /// (boost::system::system_error) when the waiting task is cancelled.
  Task<> wait();

  /// Wakes the waiter, or lets the next wait() through. The coroutine goes on in a later turn of
  /// the event loop, never inside this call.
  void wake();

  bool is_waiting() const { return static_cast<bool>(handler_); }

 private:
  void complete(boost::system::error_code error);

  std::move_only_function<void(boost::system::error_code)> handler_;
  boost::asio::cancellation_slot slot_;
  bool woken_ = false;
};

}  // namespace antiphon
