#include "engine/async/timers.h"

namespace antiphon {

Task<> Timers::until(Instant when) {
  Waiter waiter;
  Alarm alarm = at(when, [&waiter] { waiter.wake(); });
  co_await waiter.wait();
}

Timers::Alarm Timers::at(Instant when, std::function<void()> action) {
  auto pending = std::make_shared<bool>(true);
  auto entry = add(when, [pending, action = std::move(action)] {
    *pending = false;
    action();
  });
  return Alarm(this, entry, std::move(pending));
}

std::optional<Instant> Timers::next() const {
  if (entries_.empty()) return std::nullopt;
  return entries_.begin()->first;
}

void Timers::fire(Instant now) {
  while (!entries_.empty() && entries_.begin()->first <= now) {
    auto action = std::move(entries_.begin()->second);
    entries_.erase(entries_.begin());
    action();
  }
}

Timers::Entries::iterator Timers::add(Instant when, std::function<void()> action) {
  bool earlier = entries_.empty() || when < entries_.begin()->first;
  auto entry = entries_.emplace(when, std::move(action));
  if (earlier) on_earlier_();
  return entry;
}

Timers::Alarm::Alarm(Timers* timers, Entries::iterator entry, std::shared_ptr<bool> pending)
    : timers_(timers), entry_(entry), pending_(std::move(pending)) {}

Timers::Alarm::Alarm(Alarm&& other) noexcept
    : timers_(std::exchange(other.timers_, nullptr)),
      entry_(other.entry_),
      pending_(std::move(other.pending_)) {}

Timers::Alarm& Timers::Alarm::operator=(Alarm&& other) noexcept {
  if (this != &other) {
    cancel();
    timers_ = std::exchange(other.timers_, nullptr);
    entry_ = other.entry_;
    pending_ = std::move(other.pending_);
  }
  return *this;
}

Timers::Alarm::~Alarm() { cancel(); }

void Timers::Alarm::cancel() {
  if (timers_ && *pending_) timers_->entries_.erase(entry_);
  timers_ = nullptr;
}

}  // namespace antiphon
