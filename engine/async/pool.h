#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "engine/async/core.h"
#include "engine/metrics/registry.h"

namespace antiphon {

/// Whose work goes first.
enum class WorkClass { live, request, batch };

/// Set when nobody waits for the result any more: long closures look at it and leave.
class StopFlag {
 public:
  bool requested() const { return flag_->load(std::memory_order_relaxed); }
  void request() { flag_->store(true, std::memory_order_relaxed); }

 private:
  std::shared_ptr<std::atomic<bool>> flag_ = std::make_shared<std::atomic<bool>>(false);
};

/// Threads for work that blocks or computes. A closure that owns all its data moves there; the
/// coroutine stays on its core.
class Pool {
 public:
  struct Options {
    std::string name;
    /// None: closures run on the core that asks, in a later turn, so that virtual time has them in
    /// an order that repeats.
    unsigned threads = 1;
    std::size_t queue_max = 1024;  ///< waiting closures over all classes
    int nice = 0;                  ///< 10 for heavy computing, so that event loops are not delayed
    metrics::Registry* metrics = nullptr;  ///< outlives the pool; null: nothing is counted
  };

  explicit Pool(Options options);
  /// Finishes what runs, drops what waits.
  ~Pool();

  /// Runs `closure(StopFlag)` on a thread of the pool and gives its result here. What the closure
  /// owns, a locked file for one, is gone by then.
  /// @throws Error{Code::unavailable} when the queue is full or the expected wait passes `deadline`
  template <class F, class R = std::invoke_result_t<F, const StopFlag&>>
  Task<R> run(WorkClass work_class, Instant deadline, F closure) {
    auto job = std::make_shared<JobOf<F, R>>(std::move(closure));
    std::shared_ptr<Outcome<R>> outcome(job, &job->outcome);
    return outcome_of(perform(work_class, deadline, std::move(job)), std::move(outcome));
  }

  std::size_t queued() const;
  /// Threads that work.
  std::size_t busy() const;

 private:
  struct Job {
    virtual ~Job() = default;
    virtual void run() = 0;
    StopFlag stop;
    Waiter done;
  };
  template <class F, class R>
  struct JobOf final : Job {
    explicit JobOf(F f) : closure(std::move(f)) {}
    void run() override {
      try {
        if constexpr (std::is_void_v<R>) {
          (*closure)(stop);
          outcome.set({});
        } else {
          outcome.set((*closure)(stop));
        }
      } catch (...) {
        outcome.fail(std::current_exception());
      }
      closure.reset();
    }
    std::optional<F> closure;
    Outcome<R> outcome;
  };

  using Steady = std::chrono::steady_clock;
  struct Waiting {
    std::function<void()> work;
    Steady::time_point since;
  };
  struct Counts {
    Counts(metrics::Registry& registry, const Pool& pool);
    metrics::Histogram wait;
    metrics::Histogram run;
    metrics::Counter refused;
    metrics::Source queued;
    metrics::Source busy;
  };

  Task<> perform(WorkClass work_class, Instant deadline, std::shared_ptr<Job> job);
  void enqueue(WorkClass work_class, Instant deadline, Instant now, std::function<void()> work);
  void work();

  Options options_;
  mutable std::mutex mutex_;
  std::condition_variable ready_;
  std::array<std::deque<Waiting>, 3> queues_;
  std::size_t queued_ = 0;
  std::size_t busy_ = 0;
  double seconds_per_job_ = 0;  // moving average, to foretell the wait
  bool stopping_ = false;
  std::optional<Counts> counts_;
  std::vector<std::thread> threads_;
};

}  // namespace antiphon
