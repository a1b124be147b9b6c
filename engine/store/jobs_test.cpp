#include "engine/store/jobs.h"

#include "engine/store/job_rig.h"
#include "engine/store/limits.h"

// E-64: jobs on both databases.

namespace antiphon::store {
namespace {

using namespace std::chrono_literals;

constexpr Statement select_lease{"test.lease",
                                 "SELECT lease_until FROM jobs WHERE tenant_id = $1 AND id = $2"};

class JobsTest : public testing::JobRig {};
ON_BOTH_DATABASES(JobsTest);

TEST_P(JobsTest, runs_what_was_enqueued_and_wakes_at_once) {
  // Nothing but the notification can wake it within the test's patience.
  JobRunner working = runner({.poll = 1h});
  std::vector<std::string> seen;
  working.handle("test.work", [&](JobContext context) -> Task<> {
    seen.push_back(context.job().payload + context.call().tenant());
    co_return;
  });
  with(working, [&]() -> Task<> {
    for (auto payload : {"1", "2"}) {
      auto added = co_await enqueue(job(payload));
      Job done = co_await until(added.id, JobState::done);
      EXPECT_EQ(done.progress, 1);
      EXPECT_EQ(done.attempts, 1);
      EXPECT_TRUE(done.finished_at.has_value());
    }
  });
  EXPECT_EQ(seen, (std::vector<std::string>{"1ten_a", "2ten_a"}));
}

TEST_P(JobsTest, is_there_exactly_when_its_cause_is) {
  EXPECT_THROW(run(database_->write(soon(),
                                    [this](Tx& tx) {
                                      jobs_.enqueue(tx, job());
                                      throw std::runtime_error("no cause");
                                    })),
               std::runtime_error);
  EXPECT_TRUE(run(jobs_.list(call(), {})).empty());
}

TEST_P(JobsTest, a_failed_attempt_is_repeated) {
  JobRunner working = runner();
  int attempts = 0;
  working.handle("test.work", [&](JobContext) -> Task<> {
    if (++attempts < 3) throw Error(Code::unavailable, "Not yet.");
    co_return;
  });
  with(working, [&]() -> Task<> {
    auto added = co_await enqueue(job());
    Job done = co_await until(added.id, JobState::done);
    EXPECT_EQ(done.attempts, 3);
    EXPECT_EQ(done.last_error, "");
  });
}

TEST_P(JobsTest, dies_with_a_reason_after_its_last_attempt_and_can_be_retried) {
  JobRunner working = runner();
  bool good = false;
  working.handle("test.work", [&](JobContext) -> Task<> {
    if (!good) throw Error(Code::unavailable, "The oven is cold.");
    co_return;
  });
  with(working, [&]() -> Task<> {
    auto once = job();
    once.attempts_max = 2;
    auto added = co_await enqueue(once);
    Job dead = co_await until(added.id, JobState::dead);
    EXPECT_EQ(dead.attempts, 2);
    EXPECT_EQ(dead.last_error, "unavailable: The oven is cold.");
    EXPECT_FALSE(co_await jobs_.retry(call("ten_b"), added.id));
    good = true;
    EXPECT_TRUE(co_await jobs_.retry(call(), added.id));
    co_await until(added.id, JobState::done);
    EXPECT_FALSE(co_await jobs_.retry(call(), added.id));
  });
}

TEST_P(JobsTest, keeps_so_much_of_a_reason_and_no_more) {
  JobRunner working = runner();
  working.handle("test.work", [](JobContext) -> Task<> {
    throw Error(Code::unprocessable, std::string(2 * job_reason_bytes_max, 'x'));
    co_return;
  });
  with(working, [&]() -> Task<> {
    auto added = co_await enqueue(job());
    Job dead = co_await until(added.id, JobState::dead);
    EXPECT_EQ(dead.last_error.size(), job_reason_bytes_max);
  });
}

TEST_P(JobsTest, what_cannot_get_better_is_not_repeated) {
  JobRunner working = runner();
  working.handle("test.work", [](JobContext) -> Task<> {
    throw Error(Code::unprocessable, "The film has no pictures.");
    co_return;
  });
  with(working, [&]() -> Task<> {
    auto added = co_await enqueue(job());
    EXPECT_EQ((co_await until(added.id, JobState::dead)).attempts, 1);
  });
}

TEST_P(JobsTest, takes_over_what_a_killed_runner_left) {
  auto added = run(enqueue(job()));
  // A runner that is gone: it took the job and never came back.
  auto lease = [&](Duration duration) {
    return run(database_->write(
        soon(), [duration](Tx& tx) { return take_jobs(tx, asked("lea_gone", duration)).leases; }));
  };
  ASSERT_EQ(lease(1h).size(), 1u);
  EXPECT_TRUE(lease(1h).empty()) << "a lease that lasts is nobody else's";
  auto lost = JobLease{run(get(added.id)), "lea_gone"};
  EXPECT_TRUE(
      run(database_->write(soon(), [lost](Tx& tx) { return keep_job(tx, lost, -1s, 0.5); })));

  JobRunner working = runner();
  working.handle("test.work", [](JobContext) -> Task<> { co_return; });
  with(working,
       [&]() -> Task<> { EXPECT_EQ((co_await until(added.id, JobState::done)).attempts, 2); });
  // The old owner's word counts no more.
  EXPECT_FALSE(
      run(database_->write(soon(), [lost](Tx& tx) { return keep_job(tx, lost, 1h, 0.5); })));
  run(database_->write(soon(), [lost](Tx& tx) { fail_job(tx, lost, 0s, "late"); }));
  EXPECT_EQ(run(get(added.id)).state, JobState::done);
}

TEST_P(JobsTest, buries_what_took_its_runner_down_at_the_last_attempt) {
  auto once = job();
  once.attempts_max = 1;
  auto added = run(enqueue(once));
  TakeJobs one = asked("lea_gone", -1s);
  one.jobs_max = 1;
  auto take = [one](Tx& tx) { return take_jobs(tx, one).leases; };
  EXPECT_EQ(run(database_->write(soon(), take)).size(), 1u);
  EXPECT_EQ(run(database_->write(soon(), take)).size(), 0u);
  Job dead = run(get(added.id));
  EXPECT_EQ(dead.state, JobState::dead);
  EXPECT_NE(dead.last_error, "");
}

TEST_P(JobsTest, heartbeats_make_the_lease_longer_and_store_the_progress) {
  JobRunner working = runner({.lease = 60ms, .poll = 1h});
  Waiter enough;
  working.handle("test.work", [&](JobContext context) -> Task<> {
    context.progress(0.25);
    co_await enough.wait();
  });
  auto lease_until = [&](std::string id) {
    return database_->read(
        soon(), [id](Tx& tx) { return tx.query(select_lease, "ten_a", id)[0].integer(0); });
  };
  with(working, [&]() -> Task<> {
    auto added = co_await enqueue(job());
    co_await until(added.id, JobState::running);
    std::int64_t first = co_await lease_until(added.id);
    while (co_await lease_until(added.id) == first) co_await nap();
    while ((co_await get(added.id)).progress != 0.25) co_await nap();
    enough.wake();
    EXPECT_EQ((co_await until(added.id, JobState::done)).attempts, 1);
  });
}

TEST_P(JobsTest, a_unique_key_lets_one_in_at_a_time) {
  auto unique = job();
  unique.unique_key = "film_1";
  auto first = run(enqueue(unique));
  auto second = run(enqueue(unique));
  EXPECT_TRUE(first.is_new);
  EXPECT_FALSE(second.is_new);
  EXPECT_EQ(first.id, second.id);
  auto others = unique;
  others.tenant = "ten_b";
  EXPECT_TRUE(run(enqueue(others)).is_new);
  EXPECT_TRUE(run(jobs_.cancel(call(), first.id)));
  EXPECT_TRUE(run(enqueue(unique)).is_new);
  EXPECT_FALSE(run(jobs_.retry(call(), first.id))) << "its twin waits";
}

TEST_P(JobsTest, a_waiting_job_can_be_cancelled_by_its_tenant_only) {
  auto added = run(enqueue(job()));
  EXPECT_FALSE(run(jobs_.cancel(call("ten_b"), added.id)));
  EXPECT_FALSE(run(jobs_.get(call("ten_b"), added.id)).has_value());
  EXPECT_TRUE(run(jobs_.cancel(call(), added.id)));
  EXPECT_FALSE(run(jobs_.cancel(call(), added.id)));
  EXPECT_EQ(run(get(added.id)).state, JobState::cancelled);
}

TEST_P(JobsTest, a_running_job_is_told_when_it_is_cancelled) {
  JobRunner working = runner({.lease = 60ms, .poll = 10ms});
  bool told = false;
  working.handle("test.work", [&](JobContext) -> Task<> {
    try {
      co_await sleep_for(1h);
    } catch (...) {
      told = true;
      throw;
    }
  });
  with(working, [&]() -> Task<> {
    auto added = co_await enqueue(job());
    co_await until(added.id, JobState::running);
    EXPECT_TRUE(co_await jobs_.cancel(call(), added.id));
    while (!told) co_await nap();
    EXPECT_EQ((co_await get(added.id)).state, JobState::cancelled);
  });
  EXPECT_TRUE(told);
}

TEST_P(JobsTest, a_stopped_runner_gives_its_jobs_back) {
  JobRunner working = runner();
  working.handle("test.work", [](JobContext) -> Task<> { co_await sleep_for(1h); });
  std::string id;
  with(working, [&]() -> Task<> {
    id = (co_await enqueue(job())).id;
    co_await until(id, JobState::running);
  });
  Job given_back = run(get(id));
  EXPECT_EQ(given_back.state, JobState::waiting);
  EXPECT_EQ(given_back.attempts, 0);
}

TEST_P(JobsTest, higher_priority_goes_first_and_earlier_before_later) {
  for (auto [payload, priority] :
       {std::pair("low", -1), {"first", 0}, {"second", 0}, {"high", 9}}) {
    auto added = job(payload);
    added.priority = priority;
    // All but one are due for the same time, so that only the priority parts them.
    added.delay = payload == std::string_view("second") ? 0ms : -1min;
    run(enqueue(added));
  }
  JobRunner working = runner({.running_max = 1, .poll = 10ms});
  std::vector<std::string> order;
  working.handle("test.work", [&](JobContext context) -> Task<> {
    order.push_back(context.job().payload);
    co_return;
  });
  with(working, [&]() -> Task<> {
    while (order.size() < 4) co_await nap();
  });
  EXPECT_EQ(order, (std::vector<std::string>{"high", "first", "second", "low"}));
}

TEST_P(JobsTest, kinds_without_a_handler_wait_for_another_process) {
  auto foreign = job();
  foreign.kind = "test.wor";
  auto later = job();
  later.delay = 1h;
  auto foreign_id = run(enqueue(foreign)).id;
  auto later_id = run(enqueue(later)).id;
  JobRunner working = runner();
  working.handle("test.work", [](JobContext) -> Task<> { co_return; });
  with(working, [&]() -> Task<> {
    auto added = co_await enqueue(job());
    co_await until(added.id, JobState::done);
  });
  EXPECT_EQ(run(get(foreign_id)).state, JobState::waiting);
  EXPECT_EQ(run(get(later_id)).state, JobState::waiting);
}

TEST_P(JobsTest, two_runners_never_run_a_job_twice) {
  Jobs other_jobs(*database_, random_);
  JobRunner one = runner();
  JobRunner two(*database_, other_jobs, random_, {.poll = 5ms});
  std::map<std::string, int> runs;
  int ended = 0;  // a runner that stops earlier gives back what has not ended
  for (JobRunner* each : {&one, &two}) {
    each->handle("test.work", [&](JobContext context) -> Task<> {
      ++runs[context.job().id];
      co_await sleep_for(1ms);
      ++ended;
    });
  }
  with(one, [&]() -> Task<> {
    TaskGroup group([](const std::exception_ptr& error) { std::rethrow_exception(error); });
    group.spawn(two.run());
    for (int i = 0; i < 40; ++i) co_await enqueue(job());
    while (ended < 40) co_await nap();
    two.stop();
    co_await group.join();
  });
  EXPECT_EQ(runs.size(), 40u);
  for (auto& [id, times] : runs) EXPECT_EQ(times, 1) << id;
}

TEST_P(JobsTest, lists_by_state_and_kind) {
  auto other = job();
  other.kind = "test.other";
  auto id = run(enqueue(other)).id;
  run(enqueue(job()));
  EXPECT_EQ(run(jobs_.list(call(), {})).size(), 2u);
  auto of_kind = run(jobs_.list(call(), {.kind = "test.other"}));
  ASSERT_EQ(of_kind.size(), 1u);
  EXPECT_EQ(of_kind[0].id, id);
  EXPECT_EQ(run(jobs_.list(call(), {.state = JobState::dead})).size(), 0u);
  EXPECT_EQ(run(jobs_.list(call(), {.state = JobState::waiting, .jobs_max = 1})).size(), 1u);
  EXPECT_TRUE(run(jobs_.list(call("ten_b"), {})).empty());
}

// docs/limits.md
TEST_P(JobsTest, a_list_gives_so_many_jobs_and_no_more) {
  run(database_->write(soon(), [this](Tx& tx) {
    for (int i = 0; i <= jobs_listed_max; ++i) jobs_.enqueue(tx, job());
  }));
  auto listed = run(jobs_.list(call(), {.jobs_max = 10 * jobs_listed_max}));
  EXPECT_EQ(listed.size(), static_cast<std::size_t>(jobs_listed_max));
  Jobs::Position last{listed.back().created_at, listed.back().id};
  EXPECT_EQ(run(jobs_.list(call(), {.jobs_max = 10, .after = last})).size(), 1u);
}

TEST_P(JobsTest, refuses_what_breaks_its_limits) {
  auto code_of = [&](NewJob bad) {
    try {
      run(enqueue(bad));
    } catch (const Error& error) {
      return error.code();
    }
    return Code::internal;
  };
  EXPECT_EQ(code_of(job(std::string(job_payload_bytes_max + 1, 'x'))), Code::too_large);
  EXPECT_EQ(code_of({.tenant = "ten_a", .kind = "a,b", .payload = "{}"}), Code::invalid);
  EXPECT_EQ(code_of({.tenant = "", .kind = "a", .payload = "{}"}), Code::invalid);
}

}  // namespace
}  // namespace antiphon::store
