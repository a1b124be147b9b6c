#include "engine/async/pool.h"

#include <sys/resource.h>
#include <unistd.h>

#include "engine/base/error.h"

namespace antiphon {
namespace {

// Weight of the newest job in the moving average of a job's time.
constexpr double newest_weight = 0.1;

}  // namespace

Pool::Pool(Options options) : options_(std::move(options)) {
  for (unsigned i = 0; i < options_.threads; ++i) threads_.emplace_back([this] { work(); });
}

Pool::~Pool() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  ready_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

std::size_t Pool::queued() const {
  std::lock_guard lock(mutex_);
  return queued_;
}

void Pool::enqueue(WorkClass work_class, Instant deadline, Instant now,
                   std::function<void()> work) {
  std::lock_guard lock(mutex_);
  auto expected_wait = std::chrono::duration_cast<Duration>(std::chrono::duration<double>(
      seconds_per_job_ * static_cast<double>(queued_) / options_.threads));
  if (queued_ >= options_.queue_max || deadline - now < expected_wait) {
    throw Error(Code::unavailable, "The server is busy; try again shortly.")
        .detail(options_.name + ": queue is full or too slow for the deadline")
        .retry_after(1);
  }
  queues_[static_cast<std::size_t>(work_class)].push_back(std::move(work));
  ++queued_;
  ready_.notify_one();
}

void Pool::work() {
  if (options_.nice != 0) ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), options_.nice);
  std::unique_lock lock(mutex_);
  for (;;) {
    ready_.wait(lock, [this] { return stopping_ || queued_ > 0; });
    if (stopping_) return;
    auto queue = std::find_if(queues_.begin(), queues_.end(),
                              [](const auto& candidate) { return !candidate.empty(); });
    auto job = std::move(queue->front());
    queue->pop_front();
    --queued_;
    lock.unlock();
    auto begin = std::chrono::steady_clock::now();
    job();
    job = nullptr;
    std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    lock.lock();
    seconds_per_job_ += newest_weight * (took.count() - seconds_per_job_);
  }
}

}  // namespace antiphon
