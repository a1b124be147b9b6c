#include "engine/remote_speech/breaker.h"

#include <algorithm>

namespace antiphon::remote_speech {

bool Breaker::refuses(Instant now) const {
  return now < limited_until_ || (open_until_ && (now < *open_until_ || is_probed_));
}

bool Breaker::is_out(Instant now) const {
  std::lock_guard lock(mutex_);
  return refuses(now);
}

std::optional<Breaker::Attempt> Breaker::admit(Instant now) {
  std::lock_guard lock(mutex_);
  if (refuses(now)) return std::nullopt;
  is_probed_ = open_until_.has_value();
  return Attempt(shared_from_this(), is_probed_);
}

void Breaker::Attempt::succeeded() {
  auto breaker = std::exchange(breaker_, nullptr);
  if (!breaker) return;
  std::lock_guard lock(breaker->mutex_);
  breaker->failures_ = 0;
  breaker->is_probed_ = false;
  breaker->open_until_.reset();
}

bool Breaker::Attempt::failed(Instant now, std::optional<Duration> retry_after) {
  auto breaker = std::exchange(breaker_, nullptr);
  if (!breaker) return false;
  std::lock_guard lock(breaker->mutex_);
  if (retry_after) {
    breaker->limited_until_ =
        std::max(breaker->limited_until_, now + std::min(*retry_after, retry_after_max));
  }
  ++breaker->failures_;
  if (is_probe_) breaker->is_probed_ = false;
  if (breaker->failures_ < breaker->options_.failures) return false;
  bool was_open = breaker->open_until_.has_value();
  breaker->open_until_ = now + breaker->options_.open_time;
  return !was_open;
}

Breaker::Attempt::~Attempt() {
  if (!breaker_ || !is_probe_) return;
  std::lock_guard lock(breaker_->mutex_);
  breaker_->is_probed_ = false;
}

}  // namespace antiphon::remote_speech
