#include "engine/async/time_limit.h"

namespace antiphon {

TimeLimit::Scope TimeLimit::until(Instant when) {
  limit_ = when;
  if (!armed_ || when < *armed_) arm(when);
  return Scope(*this);
}

void TimeLimit::shorten(Instant when) {
  if (!limit_ || *limit_ <= when) return;
  limit_ = when;
  if (!armed_ || when < *armed_) arm(when);
}

void TimeLimit::arm(Instant when) {
  armed_ = when;
  alarm_ = Core::here().timers().at(when, [this] { look(); });
}

void TimeLimit::look() {
  Instant reached = *std::exchange(armed_, std::nullopt);
  if (!limit_) return;
  if (*limit_ > reached) return arm(*limit_);
  limit_.reset();
  on_passed_();
}

}  // namespace antiphon
