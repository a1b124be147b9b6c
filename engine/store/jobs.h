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
inline constexpr int jobs_listed_max = 1000;

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
};

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

  struct Filter {
    std::optional<JobState> state;
    std::optional<std::string> kind;
    int jobs_max = 100;  ///< newest first; at most `jobs_listed_max`
  };
  /// The caller's tenant's jobs.
  Task<std::vector<Job>> list(Call call, Filter filter);
  Task<std::optional<Job>> get(Call call, std::string id);
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
