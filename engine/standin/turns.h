#pragma once

#include <list>

#include "engine/async/task.h"
#include "engine/async/waiter.h"

namespace antiphon::standin {

/// One at a time, in the order in which they came. Belongs to one core and outlives its turns.
class Turns {
 public:
  /// Gives the next one its turn when it goes.
  class Turn {
   public:
    explicit Turn(Turns& owner) : owner_(&owner) {}
    Turn(Turn&& other) noexcept : owner_(std::exchange(other.owner_, nullptr)) {}
    Turn& operator=(Turn&&) = delete;
    ~Turn() {
      if (owner_) owner_->pass();
    }

   private:
    Turns* owner_;
  };

  Task<Turn> take() {
    if (std::exchange(is_taken_, true)) {
      Waiter waiter;
      waiting_.push_back(&waiter);
      bool has_left = true;
      // Whoever leaves while it waits gives up its place, or the turn that it has just got.
      struct Place {
        ~Place() {
          if (has_left && owner.waiting_.remove(&waiter) == 0) owner.pass();
        }
        Turns& owner;
        Waiter& waiter;
        bool& has_left;
      } place{*this, waiter, has_left};
      co_await waiter.wait();
      has_left = false;
    }
    co_return Turn(*this);
  }

  std::size_t waiting() const { return waiting_.size(); }

 private:
  void pass() {
    if (waiting_.empty()) {
      is_taken_ = false;
    } else {
      Waiter* next = waiting_.front();
      waiting_.pop_front();
      next->wake();
    }
  }

  bool is_taken_ = false;
  std::list<Waiter*> waiting_;
};

}  // namespace antiphon::standin
