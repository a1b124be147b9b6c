#include "engine/base/breaker.h"

namespace antiphon {

std::string_view to_text(Breaker::State state) {
  switch (state) {
    case Breaker::State::closed: return "closed";
    case Breaker::State::open: return "open";
    case Breaker::State::half_open: return "half_open";
  }
  return "closed";
}

Breaker::State Breaker::state(Instant now) const {
  if (!is_open_) return State::closed;
  return now < open_until_ ? State::open : State::half_open;
}

bool Breaker::may_begin(Instant now) const {
  switch (state(now)) {
    case State::closed: return true;
    case State::open: return false;
    case State::half_open: return !is_probed_;
  }
  return false;
}

Breaker::Ticket Breaker::begin(Instant now) {
  if (state(now) == State::closed) return {.is_probe = false, .round = round_};
  is_probed_ = true;
  return {.is_probe = true, .round = round_};
}

void Breaker::succeeded(Ticket ticket, Instant now) {
  if (ticket.round != round_) return;
  if (is_open_ && !ticket.is_probe) return;
  failures_ = 0;
  is_probed_ = false;
  if (std::exchange(is_open_, false)) returned_at_ = now;
}

void Breaker::failed(Ticket ticket, Instant now) {
  if (ticket.round != round_) return;
  if (ticket.is_probe) {
    open(now);
  } else if (!is_open_ && ++failures_ >= limits_.failures) {
    open(now);
  }
}

void Breaker::left(Ticket ticket) {
  if (ticket.round == round_ && ticket.is_probe) is_probed_ = false;
}

void Breaker::open(Instant now) {
  ++round_;
  failures_ = 0;
  is_open_ = true;
  is_probed_ = false;
  open_until_ = now + limits_.open_time;
}

}  // namespace antiphon
