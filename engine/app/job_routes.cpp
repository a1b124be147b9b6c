#include "engine/app/job_routes.h"

#include <charconv>

namespace antiphon::app {
namespace {

JobView view(const store::Job& job) {
  JobView shown{.job_id = job.id,
                .kind = job.kind,
                .state = std::string(store::to_text(job.state)),
                .priority = job.priority,
                .attempts = job.attempts,
                .attempts_max = job.attempts_max,
                .progress = job.progress,
                .last_error = job.last_error,
                .run_at = job.run_at,
                .created_at = job.created_at,
                .finished_at = job.finished_at};
  if (!job.result.empty()) shown.result = schema::RawJson{job.result};
  return shown;
}

// "MICROSECONDS ID", what the list is sorted by.
std::string cursor_behind(const store::Job& job) {
  return http::make_cursor(fmt::format("{} {}", job.created_at.time_since_epoch().count(), job.id));
}

store::Jobs::Position position_of(const std::string& cursor) {
  std::string text = http::parse_cursor(cursor);
  std::int64_t microseconds = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), microseconds);
  auto used = static_cast<std::size_t>(end - text.data());
  if (error != std::errc() || used >= text.size()) {
    throw Error({{"/cursor", "format", "Expected the nextCursor of a page of this list."}});
  }
  return {Timestamp(std::chrono::microseconds(microseconds)), text.substr(used + 1)};
}

}  // namespace

void JobRoutes::mount(http::Router& router) {
  using http::Method;
  const std::string jobs = "/api/v1/jobs";
  const std::string job = jobs + "/{jobId}";
  router.add({.path = jobs, .permission = "jobs:job:read", .summary = "List jobs, newest first"},
             this, &JobRoutes::list);
  router.add({.path = job, .permission = "jobs:job:read", .summary = "Look at a job"}, this,
             &JobRoutes::show);
  router.add({.method = Method::post,
              .path = job + "/cancel",
              .permission = "jobs:job:cancel",
              .rate = http::RateClass::write,
              .summary = "Cancel a job that waits or runs"},
             this, &JobRoutes::cancel);
  router.add({.method = Method::post,
              .path = job + "/retry",
              .permission = "jobs:job:retry",
              .rate = http::RateClass::write,
              .summary = "Begin a dead or cancelled job again"},
             this, &JobRoutes::retry);
}

Task<http::Page<JobView>> JobRoutes::list(Call call, ListJobs query) {
  store::Jobs::Filter filter{.kind = query.kind, .jobs_max = query.limit + 1};
  if (query.state) filter.state = store::parse_job_state(*query.state);
  if (query.cursor) filter.after = position_of(*query.cursor);
  std::vector<store::Job> found = co_await jobs_.list(call, filter);
  http::Page<JobView> page;
  if (found.size() > static_cast<std::size_t>(query.limit)) {
    found.pop_back();
    page.next_cursor = cursor_behind(found.back());
  }
  for (const store::Job& each : found) page.items.push_back(view(each));
  co_return page;
}

Task<JobView> JobRoutes::show(Call call, JobId id) {
  auto job = co_await jobs_.get(call, id.job_id);
  if (!job) throw Error(Code::not_found, "There is no such job.");
  co_return view(*job);
}

Task<JobView> JobRoutes::cancel(Call call, JobId id) {
  bool is_cancelled = co_await jobs_.cancel(call, id.job_id);
  JobView job = co_await show(call, id);
  if (!is_cancelled) {
    throw Error(Code::conflict, fmt::format("The job is {}; only one that waits or runs can be "
                                            "cancelled.",
                                            job.state));
  }
  co_return job;
}

Task<JobView> JobRoutes::retry(Call call, JobId id) {
  bool begins_again = co_await jobs_.retry(call, id.job_id);
  JobView job = co_await show(call, id);
  if (!begins_again) {
    throw Error(Code::conflict,
                fmt::format("The job is {}; only one that is dead or cancelled, and has no twin "
                            "under way, can begin again.",
                            job.state));
  }
  co_return job;
}

}  // namespace antiphon::app
