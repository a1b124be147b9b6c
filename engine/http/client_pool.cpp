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

// Watched while nobody uses it: whatever comes, an end or bytes that nobody asked for, spoils it.
struct ConnectionPool::Idle {
  explicit Idle(std::unique_ptr<Stream> kept) : stream(std::move(kept)) {}

  std::unique_ptr<Stream> stream;
  TaskGroup watcher{[](const std::exception_ptr&) {}};
  Timers::Alarm expiry;
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
  for (auto& idle : idle_) {
    idle->expiry = {};
    idle->stream->close();
  }
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
    auto idle = take_idle(std::prev(idle_.end()));
    Lease lease(shared_from_this());
    co_await idle->watcher.stop();
    if (idle->is_spoilt) continue;
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
  auto idle = std::make_shared<Idle>(std::move(stream));
  idle_.push_back(idle);
  Core& core = Core::here();
  idle->expiry = core.timers().at(core.clock().steady() + limits_.idle_time,
                                  [this, kept = idle.get()] { expire(kept); });
  idle->watcher.spawn(watch(weak_from_this(), idle));
}

std::shared_ptr<ConnectionPool::Idle> ConnectionPool::take_idle(IdleList::iterator at) {
  std::shared_ptr<Idle> idle = *at;
  idle_.erase(at);
  idle->expiry = {};
  show();
  return idle;
}

void ConnectionPool::expire(const Idle* idle) {
  if (idle_.size() > limits_.connections_min) forget(idle);
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
  auto gone = take_idle(found);
  gone->is_spoilt = true;
  gone->stream->close();
  take_back(nullptr);
}

Task<> ConnectionPool::stop() {
  auto self = shared_from_this();
  while (!idle_.empty()) {
    auto idle = take_idle(idle_.begin());
    Lease lease(self);
    co_await idle->watcher.stop();
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
