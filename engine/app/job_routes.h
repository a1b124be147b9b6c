#pragma once

#include "engine/http/reply.h"
#include "engine/http/router.h"
#include "engine/store/jobs.h"

namespace antiphon::app {

struct JobView {
  std::string job_id;
  std::string kind;
  std::string state;
  int priority = 0;
  int attempts = 0;
  int attempts_max = 0;
  double progress = 0;
  std::string last_error;
  std::optional<schema::RawJson> result;
  Timestamp run_at;
  Timestamp created_at;
  std::optional<Timestamp> finished_at;
};

inline auto describe(schema::Tag<JobView>) {
  return schema::object<JobView>("JobView", "Work that is done in the background")
      .field("jobId", &JobView::job_id, "Its id")
      .field("kind", &JobView::kind, "What is done: director.import")
      .field("state", &JobView::state, "waiting, running, done, dead (given up) or cancelled")
      .field("priority", &JobView::priority, "Higher goes first")
      .field("attempts", &JobView::attempts, "Begun so far")
      .field("attemptsMax", &JobView::attempts_max, "Then it is given up")
      .field("progress", &JobView::progress, "0 to 1")
      .field("lastError", &JobView::last_error, "Why the last attempt failed; empty: it did not")
      .field("result", &JobView::result, "What it left when done; absent: nothing")
      .field("runAt", &JobView::run_at, "Not before this time")
      .field("createdAt", &JobView::created_at, "When it was added")
      .field("finishedAt", &JobView::finished_at, "When it ended; absent: it has not");
}

struct JobId {
  std::string job_id;
};

inline auto describe(schema::Tag<JobId>) {
  return schema::object<JobId>("JobId").field("jobId", &JobId::job_id, "Id of the job",
                                              schema::id("job"));
}

struct ListJobs : http::PageQuery {
  std::optional<std::string> state;
  std::optional<std::string> kind;
};

inline auto describe(schema::Tag<ListJobs>) {
  return http::page_fields(
      schema::object<ListJobs>("ListJobs")
          .field("state", &ListJobs::state, "Only those in this state",
                 schema::one_of({"waiting", "running", "done", "dead", "cancelled"}))
          .field("kind", &ListJobs::kind, "Only those of this kind", schema::max_length(100)));
}

/// A tenant's background work: to be seen, cancelled, and begun again (E-64).
class JobRoutes {
 public:
  explicit JobRoutes(store::Jobs& jobs) : jobs_(jobs) {}

  void mount(http::Router& router);

 private:
  Task<http::Page<JobView>> list(Call call, ListJobs query);
  Task<JobView> show(Call call, JobId id);
  Task<JobView> cancel(Call call, JobId id);
  Task<JobView> retry(Call call, JobId id);

  store::Jobs& jobs_;
};

}  // namespace antiphon::app
