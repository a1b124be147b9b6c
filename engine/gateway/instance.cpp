#include "engine/gateway/instance.h"

#include <algorithm>

namespace antiphon::gateway {

std::string_view to_text(NoPlace why) {
  switch (why) {
    case NoPlace::full: return "full";
    case NoPlace::late: return "late";
    case NoPlace::out: return "out";
  }
  return "full";
}

/// The end of waiting, whichever it is: a turn that is not taken goes to the next.
class Instance::Turn {
 public:
  Turn(Instance& owner, Priority priority, std::string tenant)
      : owner_(owner), priority_(priority), tenant_(std::move(tenant)) {}
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  ~Turn() {
    if (waiting && !is_taken) owner_.give_up(priority_, tenant_, ticket, *waiting);
  }

  std::shared_ptr<Waiting> waiting;
  TurnQueue::Ticket ticket = 0;
  bool is_taken = false;

 private:
  Instance& owner_;
  Priority priority_;
  std::string tenant_;
};

Instance::Instance(InstanceSettings settings, std::vector<ModelInfo> models,
                   Breaker::Limits breaker, const Clock& clock)
    : settings_(std::move(settings)),
      models_(std::move(models)),
      concurrency_(static_cast<std::size_t>(settings_.concurrency_max)),
      clock_(clock),
      states_(models_.size(), ModelState{.breaker = Breaker(breaker)}),
      queue_(static_cast<std::size_t>(settings_.queue_max)) {}

RouteView Instance::view(std::size_t model, Priority priority, Instant now) const {
  std::scoped_lock lock(mutex_);
  const ModelState& state = states_[model];
  RouteView view;
  view.candidate = {.weight = settings_.weight * return_weight(state, now),
                    .running = running_,
                    .waiting = queue_.size(),
                    .concurrency = concurrency_,
                    .first_token = state.speed.first_token(),
                    .token = state.speed.token()};
  view.is_ready = is_ready(state, now);
  view.is_ejected = bad_checks_ >= bad_checks;
  view.ready_at = ready_at(state);
  view.total = state.speed.total();
  if (running_ < concurrency_) return view;
  auto ahead = static_cast<double>(queue_.ahead_of(priority));
  double turns = (ahead + 1) / static_cast<double>(concurrency_);
  view.wait = std::chrono::duration_cast<Duration>(
      std::chrono::duration<double>(turns * hold_s_.value_or(0)));
  return view;
}

bool Instance::is_ready(const ModelState& model, Instant now) const {
  return now >= model.limited_until && now >= out_until_ && model.breaker.may_begin(now);
}

Instant Instance::ready_at(const ModelState& model) const {
  return std::max({model.limited_until, out_until_, model.breaker.open_until()});
}

double Instance::return_weight(const ModelState& model, Instant now) const {
  double weight = weight_of_return(model.breaker.returned_at(), now);
  weight = std::min(weight, weight_of_return(readmitted_at_, now));
  for (Instant until : {model.limited_until, out_until_}) {
    if (until != Instant{}) weight = std::min(weight, weight_of_return(until, now));
  }
  return weight;
}

Task<std::expected<Place, NoPlace>> Instance::enter(std::size_t model, Priority priority,
                                                    std::string tenant, Instant deadline) {
  Instant now = clock_.steady();
  Turn turn(*this, priority, tenant);
  {
    std::scoped_lock lock(mutex_);
    if (!is_ready(states_[model], now)) co_return std::unexpected(NoPlace::out);
    if (running_ < concurrency_ && queue_.size() == 0) {
      ++running_;
      co_return take(model, now);
    }
    turn.waiting = queue_up(priority, tenant, turn.ticket);
    if (!turn.waiting) co_return std::unexpected(NoPlace::full);
  }
  auto alarm =
      Core::here().timers().at(deadline, [waiting = turn.waiting] { waiting->waiter.wake(); });
  co_await turn.waiting->waiter.wait();
  std::scoped_lock lock(mutex_);
  switch (turn.waiting->state) {
    case Waiting::State::waits: co_return std::unexpected(NoPlace::late);
    case Waiting::State::displaced: co_return std::unexpected(NoPlace::full);
    case Waiting::State::given: break;
  }
  turn.is_taken = true;
  co_return begin_given(model, clock_.steady());
}

std::optional<Place> Instance::try_enter(std::size_t model) {
  std::scoped_lock lock(mutex_);
  Instant now = clock_.steady();
  if (running_ >= concurrency_ || queue_.size() > 0 || !is_ready(states_[model], now)) {
    return std::nullopt;
  }
  ++running_;
  return take(model, now);
}

// The place is counted already. What was ready when the waiting began may not be so any more.
std::expected<Place, NoPlace> Instance::begin_given(std::size_t model, Instant now) {
  if (is_ready(states_[model], now)) return take(model, now);
  --running_;
  hand_over();
  return std::unexpected(NoPlace::out);
}

Place Instance::take(std::size_t model, Instant now) {
  return {this, model, states_[model].breaker.begin(now), now};
}

std::shared_ptr<Instance::Waiting> Instance::queue_up(Priority priority, const std::string& tenant,
                                                      TurnQueue::Ticket& ticket) {
  ticket = next_ticket_++;
  TurnQueue::Pushed pushed = queue_.push(priority, tenant, ticket);
  if (!pushed.is_in) return nullptr;
  if (pushed.displaced) {
    auto left = waiting_.extract(*pushed.displaced);
    left.mapped()->state = Waiting::State::displaced;
    wake(left.mapped());
  }
  auto waiting = std::make_shared<Waiting>(Core::here());
  waiting_.emplace(ticket, waiting);
  return waiting;
}

void Instance::give_up(Priority priority, const std::string& tenant, TurnQueue::Ticket ticket,
                       const Waiting& waiting) {
  std::scoped_lock lock(mutex_);
  if (waiting.state == Waiting::State::given) {
    --running_;
    hand_over();
  } else if (queue_.remove(priority, tenant, ticket)) {
    waiting_.erase(ticket);
  }
}

void Instance::hand_over() {
  while (running_ < concurrency_) {
    auto ticket = queue_.pop();
    if (!ticket) return;
    auto next = waiting_.extract(*ticket);
    next.mapped()->state = Waiting::State::given;
    ++running_;
    wake(next.mapped());
  }
}

void Instance::wake(const std::shared_ptr<Waiting>& waiting) {
  waiting->core.post([waiting] { waiting->waiter.wake(); });
}

void Instance::release(Instant begun) {
  std::scoped_lock lock(mutex_);
  double held = std::chrono::duration<double>(clock_.steady() - begun).count();
  hold_s_ = hold_s_ ? *hold_s_ + Speed::share_of_newest * (held - *hold_s_) : held;
  --running_;
  hand_over();
}

void Instance::on_success(std::size_t model, Breaker::Ticket ticket, const AnswerTimes& times) {
  std::scoped_lock lock(mutex_);
  states_[model].breaker.succeeded(ticket, clock_.steady());
  states_[model].speed.add(times);
}

// A failure that says nothing against the route shows that it is there.
void Instance::on_failure(std::size_t model, Breaker::Ticket ticket,
                          const model::ProviderFailure& failure) {
  std::scoped_lock lock(mutex_);
  Instant now = clock_.steady();
  ModelState& state = states_[model];
  auto outage = outage_of(failure);
  if (rule_of(failure.kind).counts) {
    state.breaker.failed(ticket, now);
  } else if (outage) {
    state.breaker.left(ticket);
  } else {
    state.breaker.succeeded(ticket, now);
  }
  if (!outage) return;
  Instant& until = outage->is_whole_instance ? out_until_ : state.limited_until;
  until = std::max(until, now + outage->time);
}

void Instance::on_leave(std::size_t model, Breaker::Ticket ticket) {
  std::scoped_lock lock(mutex_);
  states_[model].breaker.left(ticket);
}

void Instance::checked(bool is_well) {
  std::scoped_lock lock(mutex_);
  if (!is_well) {
    ++bad_checks_;
  } else if (std::exchange(bad_checks_, 0) >= bad_checks) {
    readmitted_at_ = clock_.steady();
  }
}

std::size_t Instance::running() const {
  std::scoped_lock lock(mutex_);
  return running_;
}

std::size_t Instance::waiting() const {
  std::scoped_lock lock(mutex_);
  return queue_.size();
}

Breaker::State Instance::breaker_state(std::size_t model) const {
  std::scoped_lock lock(mutex_);
  return states_[model].breaker.state(clock_.steady());
}

std::int64_t Instance::cold_starts() const {
  std::scoped_lock lock(mutex_);
  std::int64_t sum = 0;
  for (const ModelState& state : states_) sum += state.speed.cold_starts();
  return sum;
}

bool Instance::is_ejected() const {
  std::scoped_lock lock(mutex_);
  return bad_checks_ >= bad_checks;
}

Place::Place(Place&& other) noexcept
    : instance_(std::exchange(other.instance_, nullptr)),
      model_(other.model_),
      ticket_(other.ticket_),
      begun_(other.begun_),
      is_told_(other.is_told_) {}

Place& Place::operator=(Place&& other) noexcept {
  if (this == &other) return *this;
  leave();
  instance_ = std::exchange(other.instance_, nullptr);
  model_ = other.model_;
  ticket_ = other.ticket_;
  begun_ = other.begun_;
  is_told_ = other.is_told_;
  return *this;
}

void Place::succeeded(const AnswerTimes& times) {
  if (!std::exchange(is_told_, true)) instance_->on_success(model_, ticket_, times);
}

void Place::failed(const model::ProviderFailure& failure) {
  if (!std::exchange(is_told_, true)) instance_->on_failure(model_, ticket_, failure);
}

void Place::leave() {
  if (!instance_) return;
  if (!is_told_) instance_->on_leave(model_, ticket_);
  instance_->release(begun_);
  instance_ = nullptr;
}

}  // namespace antiphon::gateway
