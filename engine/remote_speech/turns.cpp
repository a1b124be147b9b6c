#include "engine/remote_speech/turns.h"

#include <algorithm>
#include <tuple>

#include "engine/base/error.h"

namespace antiphon::remote_speech {

// One who waits: however the wait ends, nothing of it is left behind.
class Turns::Waiting {
 public:
  Waiting(std::shared_ptr<Turns> turns, std::shared_ptr<Wait> wait)
      : turns_(std::move(turns)), wait_(std::move(wait)) {}
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;
  ~Waiting() {
    if (turns_ && turns_->withdraw(wait_)) turns_->give_back();
  }

  /// The turn, if it came; ends the wait.
  std::optional<Turn> conclude() {
    auto turns = std::exchange(turns_, nullptr);
    if (!turns->withdraw(wait_)) return std::nullopt;
    return Turn(std::move(turns));
  }

 private:
  std::shared_ptr<Turns> turns_;
  std::shared_ptr<Wait> wait_;
};

Task<Turns::Turn> Turns::take(std::shared_ptr<Seat> seat, Urgency urgency, Instant deadline) {
  auto wait = std::make_shared<Wait>(std::move(seat), urgency, &Core::here());
  enter(wait);
  Waiting waiting(shared_from_this(), wait);
  auto alarm = Core::here().timers().at(deadline, [wait] { wait->waiter.wake(); });
  co_await wait->waiter.wait();
  auto turn = waiting.conclude();
  if (!turn) throw Error(Code::timeout, "No turn at the speech server came in time.");
  co_return *std::move(turn);
}

void Turns::enter(std::shared_ptr<Wait> wait) {
  std::lock_guard lock(mutex_);
  if (waiting_.size() >= turns_waiting_max) {
    throw Error(Code::unavailable,
                fmt::format("{} wait for the speech server already.", waiting_.size()));
  }
  waiting_.push_back(std::move(wait));
  serve();
}

// Whether it has a turn; otherwise it waits no longer.
bool Turns::withdraw(const std::shared_ptr<Wait>& wait) {
  std::lock_guard lock(mutex_);
  if (!wait->has_turn) waiting_.remove(wait);
  return wait->has_turn;
}

void Turns::give_back() {
  std::lock_guard lock(mutex_);
  --under_way_;
  serve();
}

// With the mutex held: the core of who waits is still there, since who leaves withdraws first.
void Turns::serve() {
  while (under_way_ < at_once_ && !waiting_.empty()) {
    auto next = choose_next();
    std::shared_ptr<Wait> wait = std::move(*next);
    waiting_.erase(next);
    ++under_way_;
    wait->has_turn = true;
    wait->seat->served = ++served_;
    wait->core->post([wait] { wait->waiter.wake(); });
  }
}

Turns::Waits::iterator Turns::choose_next() {
  return std::ranges::min_element(waiting_, {}, [](const std::shared_ptr<Wait>& wait) {
    return std::tuple(wait->urgency != Urgency::final, wait->seat->served);
  });
}

std::size_t Turns::under_way() const {
  std::lock_guard lock(mutex_);
  return under_way_;
}

std::size_t Turns::waiting() const {
  std::lock_guard lock(mutex_);
  return waiting_.size();
}

Turns::Turn::~Turn() {
  if (turns_) turns_->give_back();
}

}  // namespace antiphon::remote_speech
