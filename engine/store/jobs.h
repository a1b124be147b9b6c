#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/random.h"
#include "engine/store/database.h"

namespace antiphon::store {

enum class JobState { waiting, running, done, dead, cancelled };
std::string_view to_text(JobState state);
/// Nothing for a text that is no state.
std::optional<JobState> parse_job_state(std::string_view text);

/// Whose jobs keep the server itself in order; no tenant's.
inline constexpr std::string_view system_tenant = "system";

/// Work to be done later, at least once.
struct NewJob {
  std::string tenant;
  std::string kind;     ///< "director.index": what a handler is registered for; no commas
  std::string payload;  ///< JSON, at most `job_payload_bytes_max`
  int priority = 0;     ///< higher goes first
  Duration delay{};     ///< not before this time from now
  int attempts_max = 5;
  /// While a job of this tenant, kind and key waits or runs, no second one is made.
  std::optional<std::string> unique_key;
};

inline constexpr std::size_t job_payload_bytes_max = 1 << 20;
inline constexpr std::size_t job_result_bytes_max = 64 << 10;
inline constexpr int jobs_listed_max = 1000;
inline constexpr int schedules_fired_max = 100;  ///< in one transaction

/// A job as it stands in the table.
struct Job {
  std::string tenant;
  std::string id;  ///< "job_…"
  std::string kind;
  std::string payload;
  JobState state = JobState::waiting;
  int priority = 0;
  int attempts = 0;  ///< begun so far
  int attempts_max = 0;
  double progress = 0;  ///< 0 to 1
  std::string last_error;
  Timestamp run_at;
  Timestamp created_at;
  std::optional<Timestamp> finished_at;
  std::string result;       ///< JSON that the handler left; empty: none
  std::string traceparent;  ///< of the work that asked for it; empty: none
};

/// A job that comes again and again. It fires once however many processes run; what was missed
/// while none ran is made up for by one fire; and a fire is left out while the job of the one
/// before waits or runs.
struct Schedule {
  std::string tenant;
  std::string name;  ///< of the tenant's own
  std::string kind;
  std::string payload;
  std::string rule;  ///< as ScheduleRule reads it: "every 15m", "30 4 * * 1-5"
};

/// Why a job is over without its work being done, in a sentence; nothing while it goes on, and when
/// it is done. @param job  none: it was deleted
std::optional<std::string> why_given_up(const std::optional<Job>& job);

struct Enqueued {
  std::string id;
  bool is_new = true;  ///< false: the id is of the job that held the unique key already
};

/// Every statement of jobs, for the tests that read all SQL.
std::span<const Statement> job_statements();

/// A row of the columns that job_statements() select.
Job read_job(const Row& row);

/// The table of jobs. Thread-safe.
class Jobs {
 public:
  Jobs(Database& database, Random& random) : database_(database), random_(random) {}

  /// Adds a job in the transaction of its cause: it is there exactly when the cause is.
  /// @throws Error{Code::too_large}, Error{Code::invalid}
  Enqueued enqueue(Tx& tx, const NewJob& job);

  /// Sets up a schedule, or changes it; one with the same rule keeps its next time, so that it can
  /// be called at every start.
  /// @throws Error{Code::invalid} for a rule that is none; as enqueue()
  void schedule(Tx& tx, const Schedule& schedule);
  /// Whether it was there.
  bool unschedule(Tx& tx, const std::string& tenant, const std::string& name);
  /// Adds the jobs of schedules that are due: for the runner. @return how many
  int fire_schedules(Tx& tx);

  /// Where a list goes on: behind this job.
  struct Position {
    Timestamp created_at;
    std::string id;
  };
  struct Filter {
    std::optional<JobState> state;
    std::optional<std::string> kind;
    int jobs_max = 100;  ///< newest first; at most `jobs_listed_max`
    std::optional<Position> after = {};
  };
  /// The caller's tenant's jobs.
  Task<std::vector<Job>> list(Call call, Filter filter);
  Task<std::optional<Job>> get(Call call, std::string id);
  static std::optional<Job> find(Tx& tx, const std::string& tenant, const std::string& id);
  /// Whether the job was waiting or running; a running handler is cancelled at the next heartbeat.
  Task<bool> cancel(Call call, std::string id);
  /// Whether the job was dead or cancelled; it begins again with all its attempts.
  Task<bool> retry(Call call, std::string id);

  /// Called from a database thread whenever a job may have become ready; one listener.
  void on_ready(std::function<void()> listener);

 private:
  void tell_after_commit(Tx& tx);

  Database& database_;
  Random& random_;
  std::mutex mutex_;
  std::function<void()> listener_;
};

}  // namespace antiphon::store
