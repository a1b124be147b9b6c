#include "engine/store/connection_pool.h"

#include "engine/store/dialect.h"

namespace antiphon::store {

struct ConnectionPool::Request {
  Request(Work to_do, Core& from) : work(std::move(to_do)), home(from) {}

  Work work;
  Core& home;
  Waiter done;
  std::exception_ptr error;
};

struct ConnectionPool::Worker {
  std::shared_ptr<Request> request;
  std::condition_variable ready;
  bool has_ended = false;
  std::thread thread;
};

ConnectionPool::ConnectionPool(std::function<std::unique_ptr<Connection>()> make, Options options,
                               DatabaseWatch& watch)
    : make_(std::move(make)), options_(options), watch_(watch) {}

ConnectionPool::~ConnectionPool() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    for (Worker& worker : workers_) worker.ready.notify_one();
  }
  for (Worker& worker : workers_) worker.thread.join();
}

Task<> ConnectionPool::run(Instant until, Work work) {
  Core& home = Core::here();
  auto request = std::make_shared<Request>(std::move(work), home);
  Instant now = std::chrono::steady_clock::now();
  Duration patience = std::min<Duration>(options_.acquire_max, until - now);
  if (patience <= Duration::zero()) throw out_of_time("transactions wait");
  enqueue(request);
  auto alarm = home.timers().at(home.clock().steady() + patience, [this, request] {
    if (!withdraw(request)) return;
    watch_.exhausted.add();
    request->error = std::make_exception_ptr(storage_unavailable(
        fmt::format("no connection came free in time; all {} are busy", options_.connections_max)));
    request->done.wake();
  });
  try {
    co_await request->done.wait();
  } catch (...) {
    withdraw(request);
    throw;
  }
  if (request->error) std::rethrow_exception(request->error);
}

void ConnectionPool::enqueue(std::shared_ptr<Request> request) {
  std::lock_guard lock(mutex_);
  if (!idle_.empty()) {
    Worker* worker = idle_.back();
    idle_.pop_back();
    worker->request = std::move(request);
    worker->ready.notify_one();
  } else if (alive_ < options_.connections_max) {
    start_worker(std::move(request));
  } else if (queue_.size() < options_.queue_max) {
    queue_.push_back(std::move(request));
  } else {
    throw storage_unavailable("the queue of transactions is full");
  }
}

// False when it has started, or ended.
bool ConnectionPool::withdraw(const std::shared_ptr<Request>& request) {
  std::lock_guard lock(mutex_);
  return std::erase(queue_, request) > 0;
}

// Called with the lock held.
void ConnectionPool::start_worker(std::shared_ptr<Request> first) {
  join_ended();
  Worker& worker = workers_.emplace_back();
  worker.request = std::move(first);
  ++alive_;
  watch_.connections.add(1);
  worker.thread = std::thread([this, &worker] { work(worker); });
}

void ConnectionPool::join_ended() {
  std::erase_if(workers_, [](Worker& worker) {
    if (worker.has_ended) worker.thread.join();
    return worker.has_ended;
  });
}

void ConnectionPool::work(Worker& self) {
  auto connection = make_();
  auto request = std::exchange(self.request, nullptr);
  while (request) {
    watch_.busy.add(1);
    serve(*connection, *request);
    watch_.busy.add(-1);
    std::unique_lock lock(mutex_);
    become_free(self);
    // Told only now: who asks again at once finds this connection free.
    Core& home = request->home;
    home.post([told = std::move(request)] { told->done.wake(); });
    request = next(self, lock);
  }
  watch_.connections.add(-1);
}

void ConnectionPool::serve(Connection& connection, Request& request) {
  try {
    request.work(connection);
  } catch (...) {
    request.error = std::current_exception();
  }
}

void ConnectionPool::become_free(Worker& self) {
  if (queue_.empty()) {
    idle_.push_back(&self);
  } else {
    self.request = std::move(queue_.front());
    queue_.pop_front();
  }
}

// Waits for a request; null when this worker ends.
std::shared_ptr<ConnectionPool::Request> ConnectionPool::next(Worker& self,
                                                              std::unique_lock<std::mutex>& lock) {
  while (!stopping_ && !self.request) {
    bool is_late = self.ready.wait_for(lock, options_.idle_max) == std::cv_status::timeout;
    if (is_late && !self.request && alive_ > options_.connections_min) break;
  }
  if (self.request && !stopping_) return std::exchange(self.request, nullptr);
  std::erase(idle_, &self);
  --alive_;
  self.has_ended = true;
  return nullptr;
}

}  // namespace antiphon::store
