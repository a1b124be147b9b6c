// E-64: whose turn it is, what is kept of a job, and how long.
#include "engine/store/job_rig.h"
#include "engine/trace/tracer.h"

namespace antiphon::store {
namespace {

using namespace std::chrono_literals;

constexpr Statement make_old{"test.make_old",
                             "UPDATE jobs SET finished_at = finished_at - 3600000000 "
                             "WHERE tenant_id = 'ten_a'"};
constexpr Statement make_effects{"test.make_effects", "CREATE TABLE effects (job TEXT)"};
constexpr Statement add_effect{"test.add_effect", "INSERT INTO effects (job) VALUES ($1)"};
constexpr Statement count_effects{"test.count_effects", "SELECT COUNT(*) FROM effects"};

class JobTurnsTest : public testing::JobRig {
 protected:
  std::vector<JobLease> take(std::map<std::string, int> kinds, int jobs_max) {
    return run(database_->write(soon(), [kinds, jobs_max](Tx& tx) {
      return take_jobs(tx, {.token = "lea_1", .kinds = kinds, .lease = 1h, .jobs_max = jobs_max})
          .leases;
    }));
  }
  void fill(const std::string& tenant, const std::string& kind, int count) {
    for (int i = 0; i < count; ++i) {
      run(enqueue({.tenant = tenant, .kind = kind, .payload = "{}"}));
    }
  }
  std::int64_t effects() {
    return run(
        database_->read(soon(), [](Tx& tx) { return tx.query(count_effects)[0].integer(0); }));
  }
};
ON_BOTH_DATABASES(JobTurnsTest);

TEST_P(JobTurnsTest, a_tenant_with_many_jobs_does_not_keep_others_waiting) {
  fill("ten_a", "test.work", 20);
  fill("ten_b", "test.work", 2);
  fill("ten_c", "test.work", 1);
  std::map<std::string, int> taken;
  for (const JobLease& lease : take({{"test.work", 0}}, 6)) ++taken[lease.job.tenant];
  EXPECT_EQ(taken, (std::map<std::string, int>{{"ten_a", 3}, {"ten_b", 2}, {"ten_c", 1}}));
}

TEST_P(JobTurnsTest, priority_goes_before_fairness) {
  fill("ten_a", "test.work", 1);
  for (int i = 0; i < 3; ++i) {
    run(enqueue({.tenant = "ten_b", .kind = "test.work", .payload = "{}", .priority = 1}));
  }
  for (const JobLease& lease : take({{"test.work", 0}}, 3)) EXPECT_EQ(lease.job.tenant, "ten_b");
}

TEST_P(JobTurnsTest, a_kind_has_its_limit_over_all_runners) {
  fill("ten_a", "test.film", 5);
  fill("ten_a", "test.work", 2);
  EXPECT_EQ(take({{"test.film", 2}, {"test.work", 0}}, 9).size(), 4u);
  EXPECT_EQ(take({{"test.film", 2}}, 9).size(), 0u);
  EXPECT_EQ(take({{"test.film", 3}}, 9).size(), 1u);
}

TEST_P(JobTurnsTest, keeps_the_result) {
  JobRunner working = runner();
  working.handle("test.work", [](JobContext context) -> Task<> {
    context.result("{\"clips\":3}");
    co_return;
  });
  with(working, [&]() -> Task<> {
    auto added = co_await enqueue(job());
    EXPECT_EQ((co_await until(added.id, JobState::done)).result, "{\"clips\":3}");
  });
}

TEST_P(JobTurnsTest, too_large_a_result_is_a_failure) {
  JobRunner working = runner();
  working.handle("test.work", [](JobContext context) -> Task<> {
    context.result(std::string(job_result_bytes_max + 1, '1'));
    co_return;
  });
  auto once = job();
  once.attempts_max = 1;
  with(working, [&]() -> Task<> {
    auto added = co_await enqueue(once);
    EXPECT_NE((co_await until(added.id, JobState::dead)).last_error.find("bytes"),
              std::string::npos);
  });
}

TEST_P(JobTurnsTest, an_effect_and_its_job_are_done_together) {
  run(database_->exclusive(soon(), [](Tx& tx) { tx.execute(make_effects); }));
  JobRunner working = runner();
  working.handle("test.work", [](JobContext context) -> Task<> {
    context.result("1");
    co_await context.complete([id = context.job().id](Tx& tx) { tx.execute(add_effect, id); });
    throw std::runtime_error("after the end");
  });
  with(working, [&]() -> Task<> {
    auto added = co_await enqueue(job());
    Job done = co_await until(added.id, JobState::done);
    EXPECT_EQ(done.result, "1");
    EXPECT_EQ(done.attempts, 1);
  });
  EXPECT_EQ(effects(), 1);
}

TEST_P(JobTurnsTest, a_lost_lease_has_no_effect) {
  run(database_->exclusive(soon(), [](Tx& tx) { tx.execute(make_effects); }));
  auto added = run(enqueue(job()));
  JobLease lost = take({{"test.work", 0}}, 1).at(0);
  EXPECT_TRUE(run(jobs_.cancel(call(), added.id)));
  JobContext context(*database_, lost, call(), std::make_shared<JobContext::Report>());
  EXPECT_THROW(run(context.complete([](Tx& tx) { tx.execute(add_effect, "x"); })), Error);
  EXPECT_EQ(effects(), 0);
  EXPECT_EQ(run(get(added.id)).state, JobState::cancelled);
}

TEST_P(JobTurnsTest, what_ended_long_ago_is_forgotten) {
  auto first = run(enqueue(job()));
  auto second = run(enqueue(job()));
  EXPECT_TRUE(run(jobs_.cancel(call(), first.id)));
  run(database_->write(soon(), [](Tx& tx) { tx.execute(make_old); }));
  EXPECT_TRUE(run(jobs_.cancel(call(), second.id)));
  auto forget = [](Tx& tx) { return forget_jobs(tx, 30min, 1h, 100); };
  EXPECT_EQ(run(database_->write(soon(), forget)), 1);
  auto left = run(jobs_.list(call(), {}));
  ASSERT_EQ(left.size(), 1u);
  EXPECT_EQ(left[0].id, second.id);
}

TEST_P(JobTurnsTest, a_list_goes_on_where_it_stopped) {
  fill("ten_a", "test.work", 5);
  std::set<std::string> seen;
  std::optional<Jobs::Position> after;
  for (int pages = 0; pages < 4; ++pages) {
    auto page = run(jobs_.list(call(), {.jobs_max = 2, .after = after}));
    for (const Job& each : page) seen.insert(each.id);
    if (page.size() < 2) break;
    after = {page.back().created_at, page.back().id};
  }
  EXPECT_EQ(seen.size(), 5u);
}

TEST_P(JobTurnsTest, the_operator_sees_depth_retries_and_the_dead) {
  metrics::Registry registry;
  JobRunner working = runner({.poll = 20ms, .back_off = 1ms, .metrics = &registry});
  working.handle("test.work", [](JobContext) -> Task<> {
    throw Error(Code::unavailable, "The oven is cold.");
    co_return;
  });
  auto twice = job();
  twice.attempts_max = 2;
  run(enqueue({.tenant = "ten_a", .kind = "test.other", .payload = "{}"}));
  auto added = run(enqueue(twice));
  with(working, [&]() -> Task<> {
    co_await until(added.id, JobState::dead);
    while (!registry.to_text().contains("antiphon_jobs_dead_total{kind=\"test.work\"} 1")) {
      co_await nap();
    }
  });
  std::string text = registry.to_text();
  EXPECT_TRUE(text.contains("antiphon_job_retries_total{kind=\"test.work\"} 1")) << text;
  EXPECT_TRUE(text.contains("antiphon_job_seconds_count{kind=\"test.work\"} 2")) << text;
  EXPECT_TRUE(text.contains("antiphon_jobs{state=\"waiting\"} 2")) << text;
}

TEST_P(JobTurnsTest, attempts_belong_to_the_trace_of_who_asked_for_the_job) {  // E-90
  trace::Tracer tracer(clock_, random_);
  std::mutex mutex;
  std::string lines;
  log::Logger log(clock_, {.sink = [&](std::string_view line) {
                    std::lock_guard lock(mutex);
                    lines.append(line) += '\n';
                  }});
  trace::Context asked = trace::begin_trace(&tracer, random_);
  trace::TraceId in_handler;
  auto twice = job();
  twice.attempts_max = 2;
  {
    JobRunner working = runner({.poll = 20ms, .back_off = 1ms, .tracer = &tracer, .log = log});
    working.handle("test.work", [&](JobContext context) -> Task<> {
      in_handler = context.call().trace().trace_id;
      throw Error(Code::unavailable, "The oven is cold.");
      co_return;
    });
    auto added =
        run(database_->write({soon(), asked}, [&](Tx& tx) { return jobs_.enqueue(tx, twice); }));
    // The row says it first, then the log.
    auto is_told = [&] {
      std::lock_guard lock(mutex);
      return lines.contains("A job was given up.");
    };
    with(working, [&]() -> Task<> {
      co_await until(added.id, JobState::dead);
      for (Instant end = soon(); !is_told() && clock_.steady() < end;) co_await sleep_for(1ms);
    });
  }
  std::vector<trace::SpanRecord> attempts = tracer.take(1'000);
  std::string writer;  // the span in which the job was added
  for (const auto& span : attempts) {
    if (span.name == "sql write" && span.context.trace_id == asked.trace_id && writer.empty()) {
      writer = span.context.span_id.text();
    }
  }
  std::erase_if(attempts, [](const auto& span) { return span.name != "job test.work"; });
  ASSERT_EQ(attempts.size(), 2u);
  for (const auto& attempt : attempts) {
    EXPECT_EQ(attempt.context.trace_id, asked.trace_id);
    EXPECT_EQ(attempt.parent, writer);
    EXPECT_EQ(attempt.failure, "unavailable");
    EXPECT_EQ(attempt.kind, trace::Kind::consumer);
  }
  EXPECT_EQ(in_handler, asked.trace_id);
  std::lock_guard lock(mutex);
  EXPECT_TRUE(lines.contains("An attempt at a job failed.")) << lines;
  EXPECT_TRUE(lines.contains("A job was given up.")) << lines;
  EXPECT_TRUE(lines.contains(asked.trace_id.text())) << lines;
}

}  // namespace
}  // namespace antiphon::store
