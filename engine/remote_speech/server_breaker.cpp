#include "engine/remote_speech/server_breaker.h"

#include <algorithm>

namespace antiphon::remote_speech {

bool ServerBreaker::refuses(Instant now) const {
  return now < limited_until_ || !breaker_.may_begin(now);
}

bool ServerBreaker::is_out(Instant now) const {
  std::lock_guard lock(mutex_);
  return refuses(now);
}

std::optional<ServerBreaker::Attempt> ServerBreaker::admit(Instant now) {
  std::lock_guard lock(mutex_);
  if (refuses(now)) return std::nullopt;
  return Attempt(shared_from_this(), breaker_.begin(now));
}

void ServerBreaker::Attempt::succeeded(Instant now) {
  auto owner = std::exchange(owner_, nullptr);
  if (!owner) return;
  std::lock_guard lock(owner->mutex_);
  owner->breaker_.succeeded(ticket_, now);
}

bool ServerBreaker::Attempt::failed(Instant now, std::optional<Duration> retry_after) {
  auto owner = std::exchange(owner_, nullptr);
  if (!owner) return false;
  std::lock_guard lock(owner->mutex_);
  if (retry_after) {
    Instant until = now + std::min(*retry_after, retry_after_max);
    owner->limited_until_ = std::max(owner->limited_until_, until);
  }
  bool was_closed = owner->breaker_.state(now) == Breaker::State::closed;
  owner->breaker_.failed(ticket_, now);
  return was_closed && owner->breaker_.state(now) != Breaker::State::closed;
}

ServerBreaker::Attempt::~Attempt() {
  if (!owner_) return;
  std::lock_guard lock(owner_->mutex_);
  owner_->breaker_.left(ticket_);
}

}  // namespace antiphon::remote_speech
