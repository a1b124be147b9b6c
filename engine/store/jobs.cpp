#include "engine/store/jobs.h"

#include "engine/base/ids.h"
#include "engine/store/job_schedule.h"
#include "engine/store/job_statements.h"

namespace antiphon::store {
namespace {

constexpr std::pair<JobState, std::string_view> state_texts[] = {
    {JobState::waiting, "waiting"}, {JobState::running, "running"},     {JobState::done, "done"},
    {JobState::dead, "dead"},       {JobState::cancelled, "cancelled"},
};

void check(const NewJob& job) {
  if (job.tenant.empty()) throw Error(Code::invalid, "A job belongs to a tenant.");
  if (job.kind.empty() || job.kind.contains(',')) {
    throw Error(Code::invalid, "A job's kind is a name without commas.");
  }
  if (job.attempts_max < 1) throw Error(Code::invalid, "A job has at least one attempt.");
  if (job.payload.size() > job_payload_bytes_max) {
    throw Error(Code::too_large, fmt::format("A job's payload has at most {} bytes; this has {}.",
                                             job_payload_bytes_max, job.payload.size()));
  }
}

NewJob job_of(const Schedule& schedule) {
  return {.tenant = schedule.tenant,
          .kind = schedule.kind,
          .payload = schedule.payload,
          .unique_key = "schedule:" + schedule.name};
}

}  // namespace

std::optional<std::string> why_given_up(const std::optional<Job>& job) {
  if (!job) return "Its job is gone.";
  if (job->state == JobState::cancelled) return "Its job was cancelled.";
  if (job->state != JobState::dead) return std::nullopt;
  return job->last_error.empty() ? "Its job was given up." : job->last_error;
}

std::string_view to_text(JobState state) {
  for (auto [candidate, text] : state_texts) {
    if (candidate == state) return text;
  }
  ENSURE(false, "every state has a text");
}

std::optional<JobState> parse_job_state(std::string_view text) {
  for (auto [state, candidate] : state_texts) {
    if (candidate == text) return state;
  }
  return std::nullopt;
}

std::span<const Statement> job_statements() { return job_sql::all; }

Job read_job(const Row& row) {
  auto state = parse_job_state(row.text(4));
  ENSURE(state.has_value(), "a stored job has a known state");
  return {.tenant = row.text(0),
          .id = row.text(1),
          .kind = row.text(2),
          .payload = row.text(3),
          .state = *state,
          .priority = static_cast<int>(row.integer(5)),
          .attempts = static_cast<int>(row.integer(6)),
          .attempts_max = static_cast<int>(row.integer(7)),
          .progress = row.real(8),
          .last_error = row.text(9),
          .run_at = row.time(10),
          .created_at = row.time(11),
          .finished_at = row.optional_time(12),
          .result = row.text(13),
          .traceparent = row.text(14)};
}

Enqueued Jobs::enqueue(Tx& tx, const NewJob& job) {
  check(job);
  std::string id = make_id("job", random_);
  if (tx.insert_if_new(job_sql::insert, job.tenant, id, job.kind, job.payload, job.priority,
                       to_microseconds(job.delay), job.attempts_max, job.unique_key,
                       tx.trace().span_id.is_none() ? "" : trace::to_traceparent(tx.trace()))) {
    tell_after_commit(tx);
    return {id, true};
  }
  Rows twin = tx.query(job_sql::select_unique, job.tenant, job.kind, job.unique_key);
  ENSURE(!twin.empty(), "only a twin keeps a job out");
  return {twin[0].text(0), false};
}

void Jobs::schedule(Tx& tx, const Schedule& schedule) {
  if (schedule.name.empty()) throw Error(Code::invalid, "A schedule has a name.");
  check(job_of(schedule));
  ScheduleRule rule(schedule.rule);
  tx.execute(job_sql::put_schedule, schedule.tenant, schedule.name, schedule.kind, schedule.payload,
             schedule.rule, rule.next_after(tx.now()));
}

bool Jobs::unschedule(Tx& tx, const std::string& tenant, const std::string& name) {
  return tx.execute(job_sql::remove_schedule, tenant, name) == 1;
}

int Jobs::fire_schedules(Tx& tx) {
  int fired = 0;
  for (Row row : tx.query(job_sql::due_schedules, schedules_fired_max)) {
    Schedule due{.tenant = row.text(0),
                 .name = row.text(1),
                 .kind = row.text(2),
                 .payload = row.text(3),
                 .rule = row.text(4)};
    tx.execute(job_sql::move_schedule, due.tenant, due.name,
               ScheduleRule(due.rule).next_after(tx.now()));
    if (enqueue(tx, job_of(due)).is_new) ++fired;
  }
  return fired;
}

Task<std::vector<Job>> Jobs::list(Call call, Filter filter) {
  co_return co_await database_.read(call, [tenant = call.tenant(), filter](Tx& tx) {
    std::optional<std::string_view> state;
    if (filter.state) state = to_text(*filter.state);
    std::vector<Job> jobs;
    int limit = std::clamp(filter.jobs_max, 1, jobs_listed_max);
    Position after = filter.after.value_or(Position{Timestamp::max(), ""});
    for (Row row : tx.query(job_sql::select_newest, tenant, state, filter.kind, after.created_at,
                            after.id, limit)) {
      jobs.push_back(read_job(row));
    }
    return jobs;
  });
}

Task<std::optional<Job>> Jobs::get(Call call, std::string id) {
  co_return co_await database_.read(
      call, [tenant = call.tenant(), id](Tx& tx) { return find(tx, tenant, id); });
}

std::optional<Job> Jobs::find(Tx& tx, const std::string& tenant, const std::string& id) {
  Rows rows = tx.query(job_sql::select_one, tenant, id);
  if (rows.empty()) return std::nullopt;
  return read_job(rows[0]);
}

Task<bool> Jobs::cancel(Call call, std::string id) {
  co_return co_await database_.write(call, [tenant = call.tenant(), id](Tx& tx) {
    return tx.execute(job_sql::cancel, tenant, id) == 1;
  });
}

Task<bool> Jobs::retry(Call call, std::string id) {
  co_return co_await database_.write(call, [this, tenant = call.tenant(), id](Tx& tx) {
    tell_after_commit(tx);
    return tx.execute(job_sql::retry, tenant, id) == 1;
  });
}

void Jobs::on_ready(std::function<void()> listener) {
  std::lock_guard lock(mutex_);
  listener_ = std::move(listener);
}

void Jobs::tell_after_commit(Tx& tx) {
  tx.after_commit([this] {
    std::lock_guard lock(mutex_);
    if (listener_) listener_();
  });
}

}  // namespace antiphon::store
