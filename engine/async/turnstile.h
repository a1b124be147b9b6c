#pragma once

#include <deque>
#include <memory>
#include <mutex>

#include "engine/async/core.h"
#include "engine/async/waiter.h"

namespace antiphon {

/// Lets one in at a time, over all cores, in the order of coming. Thread-safe; outlives whoever is
/// in or waits.
class Turnstile {
 public:
  /// Being in: ends when this goes.
  class Pass {
   public:
    explicit Pass(Turnstile& in) : in_(&in) {}
    Pass(Pass&& other) noexcept : in_(std::exchange(other.in_, nullptr)) {}
    Pass& operator=(Pass&& other) = delete;
    ~Pass() {
      if (in_) in_->leave();
    }

   private:
    Turnstile* in_;
  };

  /// Waits for its turn. Who is cancelled meanwhile loses it to the next.
  Task<Pass> enter();

 private:
  struct Waiting {
    explicit Waiting(Core& core) : core(core) {}
    Core& core;
    Waiter waiter;
    bool is_let_in = false;
  };

  void leave();
  void give_up(const std::shared_ptr<Waiting>& turn);
  void let_next_in();

  std::mutex mutex_;  // guards what follows
  bool is_taken_ = false;
  std::deque<std::shared_ptr<Waiting>> waiting_;
};

}  // namespace antiphon
