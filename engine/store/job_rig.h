#pragma once

#include "engine/async/task_group.h"
#include "engine/store/both_databases.h"
#include "engine/store/job_runner.h"
#include "engine/store/migration.h"

namespace antiphon::store::testing {

/// Jobs on both databases, and a runner beside a test's own steps.
class JobRig : public BothDatabases {
 protected:
  void SetUp() override { run(migrate(*database_, {{"engine", engine_migrations()}}, soon())); }

  static NewJob job(std::string payload = "{}") {
    return {.tenant = "ten_a", .kind = "test.work", .payload = std::move(payload)};
  }
  static TakeJobs asked(std::string token, Duration lease) {
    return {.token = std::move(token), .kinds = {{"test.work", 0}}, .lease = lease, .jobs_max = 10};
  }
  Task<Enqueued> enqueue(NewJob added) {
    return database_->write(soon(), [this, added](Tx& tx) { return jobs_.enqueue(tx, added); });
  }
  Task<Job> get(std::string id) {
    auto found = co_await jobs_.get(call(), id);
    ENSURE(found.has_value(), "the job is there");
    co_return *found;
  }
  /// Between two looks at a condition; throws when the test has waited long enough.
  Task<> nap() {
    if (clock_.steady() > patience_) throw std::runtime_error("waited in vain");
    co_await sleep_for(std::chrono::milliseconds(2));
  }
  /// Waits until the job is in the state.
  Task<Job> until(std::string id, JobState state) {
    for (;;) {
      Job found = co_await get(id);
      if (found.state == state) co_return found;
      co_await nap();
    }
  }

  /// Runs `body()` while `working` works, and ends both.
  template <class F>
  void with(JobRunner& working, F body) {
    run([&]() -> Task<> {
      TaskGroup group([](const std::exception_ptr& error) { std::rethrow_exception(error); });
      group.spawn(working.run());
      auto outcome = std::make_shared<Outcome<void>>();
      co_await settle(body(), outcome);
      working.stop();
      co_await group.join();
      outcome->take();
    }());
  }
  JobRunner runner(JobRunner::Options options = {.poll = std::chrono::milliseconds(20),
                                                 .back_off = std::chrono::milliseconds(1)}) {
    return JobRunner(*database_, jobs_, random_, options);
  }

  Instant patience_ = clock_.steady() + std::chrono::seconds(60);
  Jobs jobs_{*database_, random_};
};

}  // namespace antiphon::store::testing
