#include "engine/async/pool.h"

#include <sys/resource.h>
#include <unistd.h>

#include "engine/async/pool_metrics.h"
#include "engine/base/error.h"

namespace antiphon {
namespace {

// Weight of the newest job in the moving average of a job's time.
constexpr double newest_weight = 0.1;

}  // namespace

Pool::Counts::Counts(metrics::Registry& registry, const Pool& pool)
    : wait(registry.histogram(pool_wait_metric, {pool.options_.name})),
      run(registry.histogram(pool_run_metric, {pool.options_.name})),
      refused(registry.counter(pool_refused_metric, {pool.options_.name})),
      queued(registry.source(pool_queued_metric, {pool.options_.name},
                             [&pool] { return static_cast<double>(pool.queued()); })),
      busy(registry.source(pool_busy_metric, {pool.options_.name},
                           [&pool] { return static_cast<double>(pool.busy()); })) {}

Pool::Pool(Options options) : options_(std::move(options)) {
  if (options_.metrics) counts_.emplace(*options_.metrics, *this);
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

std::size_t Pool::busy() const {
  std::lock_guard lock(mutex_);
  return busy_;
}

Task<> Pool::perform(WorkClass work_class, Instant deadline, std::shared_ptr<Job> job) {
  Core& home = Core::here();
  auto work = [job, &home] {
    job->run();
    home.post([job] { job->done.wake(); });
  };
  if (options_.threads == 0) {
    home.post(work);
  } else {
    enqueue(work_class, deadline, home.clock().steady(), work);
  }
  try {
    co_await job->done.wait();
  } catch (...) {
    job->stop.request();
    throw;
  }
}

void Pool::enqueue(WorkClass work_class, Instant deadline, Instant now,
                   std::function<void()> work) {
  std::lock_guard lock(mutex_);
  auto expected_wait = std::chrono::duration_cast<Duration>(std::chrono::duration<double>(
      seconds_per_job_ * static_cast<double>(queued_) / options_.threads));
  if (queued_ >= options_.queue_max || deadline - now < expected_wait) {
    if (counts_) counts_->refused.add();
    throw Error(Code::unavailable, "The server is busy; try again shortly.")
        .detail(options_.name + ": queue is full or too slow for the deadline")
        .retry_after(1);
  }
  queues_[static_cast<std::size_t>(work_class)].push_back({std::move(work), Steady::now()});
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
    ++busy_;
    lock.unlock();
    auto begin = Steady::now();
    if (counts_) counts_->wait.observe(begin - job.since);
    job.work();
    job.work = nullptr;
    std::chrono::duration<double> took = Steady::now() - begin;
    if (counts_) counts_->run.observe(took.count());
    lock.lock();
    --busy_;
    seconds_per_job_ += newest_weight * (took.count() - seconds_per_job_);
  }
}

}  // namespace antiphon
