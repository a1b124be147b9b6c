#pragma once

#include <deque>
#include <optional>

#include "engine/async/waiter.h"

namespace antiphon {

/// A bounded queue between tasks of one core: many senders, one receiver.
template <class T>
class Mailbox {
 public:
  explicit Mailbox(std::size_t items_max) : items_max_(items_max) {}

  /// False when it is full or closed: the sender decides what is dropped, and counts it.
  [[nodiscard]] bool try_send(T item) {
    if (closed_ || items_.size() >= items_max_) return false;
    items_.push_back(std::move(item));
    if (waiter_.is_waiting()) waiter_.wake();
    return true;
  }

  /// The next item; nothing once it is closed and empty.
  Task<std::optional<T>> receive() {
    while (items_.empty() && !closed_) co_await waiter_.wait();
    if (items_.empty()) co_return std::nullopt;
    std::optional<T> item(std::move(items_.front()));
    items_.pop_front();
    co_return item;
  }

  void close() {
    closed_ = true;
    if (waiter_.is_waiting()) waiter_.wake();
  }

  std::size_t size() const { return items_.size(); }

 private:
  std::deque<T> items_;
  std::size_t items_max_;
  Waiter waiter_;
  bool closed_ = false;
};

}  // namespace antiphon
