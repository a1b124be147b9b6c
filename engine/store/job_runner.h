#pragma once

#include "engine/async/task_group.h"
#include "engine/log/logger.h"
#include "engine/store/job_leases.h"
#include "engine/store/job_watch.h"

namespace antiphon::store {

/// What a handler is given: the job and who it acts for. Belongs to the runner's core.
class JobContext {
 public:
  /// What the handler tells the runner.
  struct Report {
    double progress = 0;
    std::string result;
    bool is_completed = false;
  };

  JobContext(Database& database, JobLease lease, Call call, std::shared_ptr<Report> report)
      : database_(database),
        lease_(std::move(lease)),
        call_(std::move(call)),
        report_(std::move(report)) {}

  const Job& job() const { return lease_.job; }
  /// The system acting for the job's tenant, until the time for one attempt is over.
  const Call& call() const { return call_; }
  /// @param done  0 to 1; stored with the next heartbeat
  void progress(double done) { report_->progress = std::clamp(done, 0.0, 1.0); }
  /// Kept with the job when it is done. @param json  at most `job_result_bytes_max`
  /// @throws Error{Code::too_large}, Error{Code::invalid} for no UTF-8
  void result(std::string json);

  /// Runs `effect(Tx&)` and ends the job as done in one transaction. However often the job is run,
  /// by whomever, this happens exactly once: a runner that lost its lease stores nothing.
  /// @throws Error{Code::conflict} when the job is not this runner's any more; what effect throws
  Task<> complete(std::function<void(Tx&)> effect);

 private:
  Database& database_;
  JobLease lease_;
  Call call_;
  std::shared_ptr<Report> report_;
};

/// Does the work. A handler runs at least once, so its effects in SQL go through complete(), and
/// others carry an idempotency key (the job's id is one). What it throws is a failed attempt; an
/// Error of code invalid, unsupported or unprocessable will not get better and makes the job dead
/// at once.
using JobHandler = std::function<Task<>(JobContext)>;

/// Takes jobs from the table and runs them, on one core of each process. Every process may have
/// one: a job is leased by the database's clock, and taken over when its owner is gone.
class JobRunner {
 public:
  struct Options {
    int running_max = 4;                        ///< handlers at a time
    Duration lease = std::chrono::seconds(30);  ///< heartbeat at a third of it
    Duration poll = std::chrono::seconds(1);    ///< for jobs that other processes add
    Duration attempt_max = std::chrono::minutes(15);
    Duration back_off = std::chrono::seconds(2);  ///< doubled with every attempt, with jitter
    Duration back_off_max = std::chrono::hours(1);
    Duration keep_done = std::chrono::hours(24 * 7);  ///< done and cancelled ones, then deleted
    Duration keep_dead = std::chrono::hours(24 * 90);
    metrics::Registry* metrics = nullptr;  ///< outlives the runner; none: nobody reads it
    trace::Tracer* tracer = nullptr;       ///< outlives the runner; none: nothing is traced
    std::optional<log::Logger> log = {};   ///< is told of attempts that fail
  };

  JobRunner(Database& database, Jobs& jobs, Random& random, Options options);
  JobRunner(Database& database, Jobs& jobs, Random& random)
      : JobRunner(database, jobs, random, Options()) {}
  ~JobRunner();

  /// Before run(). Kinds that nobody registered stay in the table for another process.
  /// @param running_max  of the kind at a time, over all processes; 0: any number
  void handle(std::string kind, JobHandler handler, int running_max = 0);

  /// Takes and runs jobs until stop(). While the database is away it waits. When the task is
  /// cancelled instead, leases run out.
  Task<> run();
  /// Ends run(): handlers are cancelled, and their jobs go back as if never taken.
  void stop();

 private:
  struct Attempt;

  Task<int> take();
  Task<> wait_for_more();
  Task<> do_chores();
  Task<> fire_schedules();
  Task<> count();
  Task<> forget();
  Task<> perform(std::shared_ptr<Attempt> attempt);
  Task<> work(std::shared_ptr<Attempt> attempt);
  Task<> watch(std::shared_ptr<Attempt> attempt);
  Task<bool> keep(std::shared_ptr<Attempt> attempt);
  Task<> settle_up(std::shared_ptr<Attempt> attempt);
  Task<> record_failure(std::shared_ptr<Attempt> attempt);
  Duration back_off(int attempts);

  Database& database_;
  Jobs& jobs_;
  Random& random_;
  Options options_;
  JobWatch watch_;
  std::map<std::string, JobHandler> handlers_;
  std::map<std::string, int> limits_;
  Instant next_fire_{};
  Instant next_count_{};
  Instant next_forget_{};
  // Shared with what database threads post here.
  std::shared_ptr<Waiter> changed_ = std::make_shared<Waiter>();
  TaskGroup attempts_;
  std::vector<std::shared_ptr<Attempt>> running_;
  bool stopping_ = false;
};

}  // namespace antiphon::store
