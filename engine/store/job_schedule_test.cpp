#include "engine/store/job_schedule.h"

#include "engine/store/job_rig.h"

// E-64: schedules.

namespace antiphon::store {
namespace {

using namespace std::chrono_literals;

std::string next(std::string_view rule, std::string_view after) {
  return to_rfc3339(ScheduleRule(rule).next_after(parse_rfc3339(after)));
}

TEST(ScheduleRule, every_so_often_counts_from_1970) {
  EXPECT_EQ(next("every 15m", "2026-03-01T08:14:59.999Z"), "2026-03-01T08:15:00.000Z");
  EXPECT_EQ(next("every 15m", "2026-03-01T08:15:00Z"), "2026-03-01T08:30:00.000Z");
  EXPECT_EQ(next("every 30s", "2026-12-31T23:59:31Z"), "2027-01-01T00:00:00.000Z");
  EXPECT_EQ(next("every 1d", "2026-03-01T08:15:00Z"), "2026-03-02T00:00:00.000Z");
}

TEST(ScheduleRule, five_fields_as_in_crontab) {
  EXPECT_EQ(next("30 4 * * *", "2026-03-01T04:29:59Z"), "2026-03-01T04:30:00.000Z");
  EXPECT_EQ(next("30 4 * * *", "2026-03-01T04:30:00Z"), "2026-03-02T04:30:00.000Z");
  EXPECT_EQ(next("*/20 8-10/2 * * *", "2026-03-01T08:40:00Z"), "2026-03-01T10:00:00.000Z");
  EXPECT_EQ(next("5,50 * * * *", "2026-03-01T08:06:00Z"), "2026-03-01T08:50:00.000Z");
  EXPECT_EQ(next("0 0 29 2 *", "2026-03-01T00:00:00Z"), "2028-02-29T00:00:00.000Z");
  EXPECT_EQ(next("0 0 29 2 *", "2096-02-29T00:00:00Z"), "2104-02-29T00:00:00.000Z");
  // 2026-03-01 is a Sunday.
  EXPECT_EQ(next("0 9 * * 1-5", "2026-02-27T10:00:00Z"), "2026-03-02T09:00:00.000Z");
  EXPECT_EQ(next("0 9 * * 7", "2026-02-27T10:00:00Z"), "2026-03-01T09:00:00.000Z");
  // Both days are restricted: either is enough.
  EXPECT_EQ(next("0 9 15 * 1", "2026-03-10T00:00:00Z"), "2026-03-15T09:00:00.000Z");
  EXPECT_EQ(next("0 9 15 * 1", "2026-03-15T10:00:00Z"), "2026-03-16T09:00:00.000Z");
}

TEST(ScheduleRule, what_is_none_is_refused) {
  for (std::string_view bad :
       {"",           "every",      "every ",     "every 5",     "every 0m",    "every -1h",
        "every 367d", "every 5w",   "* * * *",    "* * * * * *", "60 * * * *",  "* 24 * * *",
        "* * 0 * *",  "* * * 13 *", "* * * * 8",  "5-1 * * * *", "*/0 * * * *", "5/2 * * * *",
        "a * * * *",  "1, * * * *", "0 0 30 2 *", "0  0 * * *"}) {
    EXPECT_THROW(ScheduleRule rule(bad), Error) << bad;
  }
  EXPECT_THROW(ScheduleRule rule(std::string(1000, '1')), Error);
}

constexpr Statement make_due{"test.make_due",
                             "UPDATE job_schedules SET next_at = {now} - 3600000000 "
                             "WHERE tenant_id = 'ten_a'"};

class ScheduleTest : public testing::JobRig {
 protected:
  void set(std::string rule) {
    run(database_->write(soon(), [this, rule](Tx& tx) {
      jobs_.schedule(tx, {.tenant = "ten_a",
                          .name = "nightly",
                          .kind = "test.work",
                          .payload = "{\"a\":1}",
                          .rule = rule});
    }));
  }
  int fire() {
    return run(database_->write(soon(), [this](Tx& tx) { return jobs_.fire_schedules(tx); }));
  }
  void make_it_due() {
    run(database_->write(soon(), [](Tx& tx) { tx.execute(make_due); }));
  }
};
ON_BOTH_DATABASES(ScheduleTest);

TEST_P(ScheduleTest, fires_once_for_all_that_was_missed) {
  set("every 1s");
  make_it_due();
  EXPECT_EQ(fire(), 1);
  auto jobs = run(jobs_.list(call(), {}));
  ASSERT_EQ(jobs.size(), 1u);
  EXPECT_EQ(jobs[0].payload, "{\"a\":1}");
}

TEST_P(ScheduleTest, fires_once_however_many_runners) {
  set("every 366d");
  make_it_due();
  Jobs other_jobs(*database_, random_);
  JobRunner one = runner({.poll = 5ms});
  JobRunner two(*database_, other_jobs, random_, {.poll = 5ms});
  int runs = 0;
  for (JobRunner* each : {&one, &two}) {
    each->handle("test.work", [&](JobContext) -> Task<> {
      ++runs;
      co_return;
    });
  }
  with(one, [&]() -> Task<> {
    TaskGroup group([](const std::exception_ptr& error) { std::rethrow_exception(error); });
    group.spawn(two.run());
    while (runs == 0) co_await nap();
    // Both have looked again, several times, when a job that came later is done.
    auto added = co_await enqueue(job());
    co_await until(added.id, JobState::done);
    two.stop();
    co_await group.join();
  });
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(run(jobs_.list(call(), {})).size(), 2u);
}

TEST_P(ScheduleTest, a_fire_is_left_out_while_the_one_before_waits) {
  set("every 1d");
  make_it_due();
  EXPECT_EQ(fire(), 1);
  make_it_due();
  EXPECT_EQ(fire(), 0);
  EXPECT_EQ(run(jobs_.list(call(), {})).size(), 1u);
}

TEST_P(ScheduleTest, set_again_with_the_same_rule_keeps_its_time) {
  set("every 1d");
  make_it_due();
  set("every 1d");
  EXPECT_EQ(fire(), 1);
}

TEST_P(ScheduleTest, a_new_rule_begins_anew_and_a_removed_one_is_silent) {
  set("every 1d");
  make_it_due();
  set("every 366d");
  EXPECT_EQ(fire(), 0);
  make_it_due();
  auto remove = [this](Tx& tx) { return jobs_.unschedule(tx, "ten_a", "nightly"); };
  EXPECT_TRUE(run(database_->write(soon(), remove)));
  EXPECT_FALSE(run(database_->write(soon(), remove)));
  EXPECT_EQ(fire(), 0);
  EXPECT_THROW(set("every never"), Error);
}

// docs/limits.md
TEST_P(ScheduleTest, so_many_fire_in_one_transaction_and_the_rest_in_the_next) {
  run(database_->write(soon(), [this](Tx& tx) {
    for (int i = 0; i <= schedules_fired_max; ++i) {
      jobs_.schedule(tx, {.tenant = "ten_a",
                          .name = std::to_string(i),
                          .kind = "test.work",
                          .payload = "{}",
                          .rule = "every 1d"});
    }
  }));
  make_it_due();
  EXPECT_EQ(fire(), schedules_fired_max);
  EXPECT_EQ(fire(), 1);
  EXPECT_THROW(set("every 367d"), Error);
  EXPECT_THROW(set(std::string(201, ' ')), Error);
}

}  // namespace
}  // namespace antiphon::store
