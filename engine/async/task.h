#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <optional>
#include <utility>
#include <variant>

namespace antiphon {

/// A coroutine that runs on the core it was started on. Lazy: nothing happens before it is awaited
/// or spawned. Parameters are taken by value; a reference would dangle at the first suspension.
template <class T = void>
using Task = boost::asio::awaitable<T>;

/// What a task ended with, to carry it to another place: a value or an exception.
template <class T>
class Outcome {
  using Stored = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

 public:
  void set(Stored value) { result_.template emplace<1>(std::move(value)); }
  void fail(std::exception_ptr error) { result_.template emplace<2>(std::move(error)); }

  /// The value, moved out; throws what the task threw.
  T take() {
    if (auto* error = std::get_if<2>(&result_)) std::rethrow_exception(*error);
    if constexpr (!std::is_void_v<T>) return std::move(std::get<1>(result_));
  }

 private:
  std::variant<std::monostate, Stored, std::exception_ptr> result_;
};

/// Runs `task` and keeps how it ended.
template <class T>
Task<> settle(Task<T> task, std::shared_ptr<Outcome<T>> outcome) {
  try {
    if constexpr (std::is_void_v<T>) {
      co_await std::move(task);
      outcome->set({});
    } else {
      outcome->set(co_await std::move(task));
    }
  } catch (...) {
    outcome->fail(std::current_exception());
  }
}

/// Awaits `task` and gives what it has left in `outcome`. What has many kinds of closures and few
/// kinds of results needs a coroutine for each result alone.
template <class T>
Task<T> outcome_of(Task<> task, std::shared_ptr<Outcome<T>> outcome) {
  co_await std::move(task);
  co_return outcome->take();
}

}  // namespace antiphon
