#include "engine/async/turnstile.h"

#include <algorithm>

namespace antiphon {

Task<Turnstile::Pass> Turnstile::enter() {
  std::shared_ptr<Waiting> turn;
  {
    std::scoped_lock lock(mutex_);
    if (!std::exchange(is_taken_, true)) co_return Pass(*this);
    turn = waiting_.emplace_back(std::make_shared<Waiting>(Core::here()));
  }
  try {
    co_await turn->waiter.wait();
  } catch (...) {
    give_up(turn);
    throw;
  }
  co_return Pass(*this);
}

void Turnstile::leave() {
  std::scoped_lock lock(mutex_);
  let_next_in();
}

// A turn that was given already goes on to the next.
void Turnstile::give_up(const std::shared_ptr<Waiting>& turn) {
  std::scoped_lock lock(mutex_);
  if (turn->is_let_in) return let_next_in();
  std::erase(waiting_, turn);
}

void Turnstile::let_next_in() {
  is_taken_ = !waiting_.empty();
  if (!is_taken_) return;
  auto next = std::move(waiting_.front());
  waiting_.pop_front();
  next->is_let_in = true;
  next->core.post([next] { next->waiter.wake(); });
}

}  // namespace antiphon
