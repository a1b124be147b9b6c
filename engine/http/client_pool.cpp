#include "engine/http/client_pool.h"

#include <boost/system/system_error.hpp>

#include "engine/base/error.h"
#include "engine/http/http_metrics.h"

namespace antiphon::http {

PoolMetrics::PoolMetrics(metrics::Registry& registry, const std::string& client)
    : in_use(registry.gauge(client_in_use_metric, {client})),
      idle(registry.gauge(client_idle_metric, {client})),
      waiting(registry.gauge(client_waiting_metric, {client})),
      opened(registry.counter(client_opened_metric, {client})),
      timeouts(registry.counter(client_timeouts_metric, {client})),
      wait(registry.histogram(client_wait_metric, {client})) {}

namespace {
// A busy connection never rests so long, and pays for no watch.
constexpr Duration rest_before_watch = std::chrono::seconds(1);
}  // namespace

// Whatever comes while nobody uses it, an end or bytes that nobody asked for, spoils it.
struct ConnectionPool::Idle {
  Idle(std::unique_ptr<Stream> kept, Instant now) : stream(std::move(kept)), since(now) {}

  std::unique_ptr<Stream> stream;
  Instant since;
  std::unique_ptr<TaskGroup> watcher;  // null: it has not rested yet
  bool is_spoilt = false;
};

// One who waits for a place; who leaves with a place unused gives it to the next.
struct ConnectionPool::Wait {
  explicit Wait(ConnectionPool& owner) : pool(owner) {
    at = pool.waiting_.insert(pool.waiting_.end(), this);
  }
  ~Wait() {
    if (is_given) return;
    pool.waiting_.erase(at);
    pool.show();
  }
  Wait(const Wait&) = delete;
  Wait& operator=(const Wait&) = delete;

  ConnectionPool& pool;
  std::list<Wait*>::iterator at;
  Waiter waiter;
  bool is_given = false;
  Lease place;
};

ConnectionPool::ConnectionPool(std::string origin, PoolLimits limits,
                               std::shared_ptr<PoolMetrics> metrics)
    : origin_(std::move(origin)), limits_(limits), metrics_(std::move(metrics)) {}

ConnectionPool::~ConnectionPool() {
  for (auto& idle : idle_) idle->stream->close();
  open_ -= idle_.size();
  idle_.clear();
  show();
}

ConnectionPool::Lease& ConnectionPool::Lease::operator=(Lease&& other) noexcept {
  if (this != &other) {
    close();
    stream = std::move(other.stream);
    pool_ = std::move(other.pool_);
  }
  return *this;
}

void ConnectionPool::Lease::keep() {
  if (auto pool = std::exchange(pool_, nullptr)) pool->take_back(std::move(stream));
}

void ConnectionPool::Lease::close() {
  if (stream) stream->close();
  stream = nullptr;
  if (auto pool = std::exchange(pool_, nullptr)) pool->take_back(nullptr);
}

void ConnectionPool::Lease::count_opened() const {
  if (pool_ && pool_->metrics_) pool_->metrics_->opened.add();
}

Task<ConnectionPool::Lease> ConnectionPool::acquire(Instant deadline) {
  while (!idle_.empty()) {
    // The one used last is the least likely to be closed.
    auto idle = take_idle(idle_.size() - 1);
    Lease lease(shared_from_this());
    if (idle->watcher) co_await idle->watcher->stop();
    if (idle->is_spoilt || !idle->stream->is_silent()) continue;
    lease.stream = std::move(idle->stream);
    co_return lease;
  }
  if (open_ < limits_.connections_max) {
    ++open_;
    show();
    co_return Lease(shared_from_this());
  }
  co_return co_await wait_for_place(deadline);
}

Task<ConnectionPool::Lease> ConnectionPool::wait_for_place(Instant deadline) {
  Instant began = Core::here().clock().steady();
  auto exhausted = [this] {
    if (metrics_) metrics_->timeouts.add();
    return ClientFailed{
        {ClientFailure::Kind::exhausted, ClientFailure::Stage::acquire,
         fmt::format(
             "All {} connections to {} are in use; none became free within {} ms.",
             limits_.connections_max, origin_,
             std::chrono::duration_cast<std::chrono::milliseconds>(limits_.acquire_time).count())}};
  };
  if (waiting_.size() >= limits_.waiting_max) throw exhausted();
  auto self = shared_from_this();
  Wait wait(*this);
  show();
  auto alarm = Core::here().timers().at(std::min(deadline, began + limits_.acquire_time),
                                        [&wait] { wait.waiter.wake(); });
  co_await wait.waiter.wait();
  if (metrics_) metrics_->wait.observe(Core::here().clock().steady() - began);
  if (!wait.is_given) throw exhausted();
  co_return std::move(wait.place);
}

// A place is free: for the first who waits, else with the idle ones.
void ConnectionPool::take_back(std::unique_ptr<Stream> stream) {
  if (!waiting_.empty()) {
    Wait* first = waiting_.front();
    waiting_.pop_front();
    first->is_given = true;
    first->place = Lease(shared_from_this(), std::move(stream));
    first->waiter.wake();
  } else if (stream) {
    rest(std::move(stream));
  } else {
    --open_;
  }
  show();
}

void ConnectionPool::rest(std::unique_ptr<Stream> stream) {
  Instant now = Core::here().clock().steady();
  idle_.push_back(std::make_shared<Idle>(std::move(stream), now));
  look_at(now + std::min(rest_before_watch, limits_.idle_time));
}

std::shared_ptr<ConnectionPool::Idle> ConnectionPool::take_idle(std::size_t at) {
  std::shared_ptr<Idle> idle = std::move(idle_[at]);
  idle_.erase(idle_.begin() + static_cast<std::ptrdiff_t>(at));
  show();
  return idle;
}

// One alarm for all, which mostly finds that those it was set for have been used since.
void ConnectionPool::look_at(Instant when) {
  if (when >= looked_at_) return;
  looked_at_ = when;
  look_ = Core::here().timers().at(when, [this] {
    looked_at_ = Instant::max();
    look();
  });
}

// Closes those that have rested for too long, and begins to watch those that have rested.
void ConnectionPool::look() {
  Instant now = Core::here().clock().steady();
  while (idle_.size() > limits_.connections_min &&
         idle_.front()->since + limits_.idle_time <= now) {
    forget(idle_.front().get());
  }
  for (const auto& idle : std::vector(idle_)) {
    Instant rested = idle->since + rest_before_watch;
    Instant expires = idle->since + limits_.idle_time;
    if (!idle->watcher && rested <= now) {
      idle->watcher = std::make_unique<TaskGroup>([](const std::exception_ptr&) {});
      idle->watcher->spawn(watch(weak_from_this(), idle));  // which may have ended here
    }
    if (!idle->watcher) look_at(rested);
    if (expires > now) look_at(expires);
  }
}

Task<> ConnectionPool::watch(std::weak_ptr<ConnectionPool> pool, std::shared_ptr<Idle> idle) {
  std::array<char, 1> unasked;
  try {
    co_await idle->stream->read_some(unasked);
    idle->is_spoilt = true;
  } catch (const boost::system::system_error&) {
    if (is_cancellation(std::current_exception())) co_return;
    idle->is_spoilt = true;
  }
  if (auto owner = pool.lock()) owner->forget(idle.get());
}

// Closes it, if it is still idle.
void ConnectionPool::forget(const Idle* idle) {
  auto found = std::ranges::find(idle_, idle, &std::shared_ptr<Idle>::get);
  if (found == idle_.end()) return;
  auto gone = take_idle(static_cast<std::size_t>(found - idle_.begin()));
  gone->is_spoilt = true;
  gone->stream->close();
  take_back(nullptr);
}

Task<> ConnectionPool::stop() {
  auto self = shared_from_this();
  while (!idle_.empty()) {
    auto idle = take_idle(0);
    Lease lease(self);
    if (idle->watcher) co_await idle->watcher->stop();
    idle->stream->close();
  }
}

void ConnectionPool::show() const {
  if (!metrics_) return;
  auto tell = [](const metrics::Gauge& gauge, std::size_t& shown, std::size_t now) {
    gauge.add(static_cast<double>(now) - static_cast<double>(std::exchange(shown, now)));
  };
  tell(metrics_->in_use, shown_in_use_, open_ - idle_.size());
  tell(metrics_->idle, shown_idle_, idle_.size());
  tell(metrics_->waiting, shown_waiting_, waiting_.size());
}

}  // namespace antiphon::http
