#include "engine/store/reconnect.h"

namespace antiphon::store {

std::optional<std::string> Reconnect::refusal(Instant now) const {
  std::lock_guard lock(mutex_);
  if (now >= next_) return std::nullopt;
  return why_;
}

void Reconnect::failed(Instant now, std::string why) {
  std::lock_guard lock(mutex_);
  if (now < next_) return;  // one of several that tried at the same time
  auto half = static_cast<std::uint64_t>(pause_.count() / 2);
  next_ = now + Duration(half + chance_.below(half + 1));
  pause_ = std::min(pause_ * 2, pause_max);
  why_ = std::move(why);
}

void Reconnect::worked() {
  std::lock_guard lock(mutex_);
  pause_ = pause_min;
  next_ = Instant::min();
}

}  // namespace antiphon::store
