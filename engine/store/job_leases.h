#pragma once

#include <map>

#include "engine/store/jobs.h"

namespace antiphon::store {

/// A job that a runner works on, until the lease is over by the database's clock. Whoever takes it
/// next has another token, and the calls below do nothing for the old one.
struct JobLease {
  Job job;
  std::string token;
};

/// What a runner asks for.
struct TakeJobs {
  std::string token;                 ///< of the leases
  std::map<std::string, int> kinds;  ///< how many may run at once over all processes; 0: any number
  Duration lease{};
  int jobs_max = 1;
};

struct TakenJobs {
  std::vector<JobLease> leases;
  std::vector<std::string> buried;  ///< kinds of jobs whose runner died with their last attempt
};

/// Takes ready jobs: highest priority first, then of the tenant that has least running, then by
/// time.
TakenJobs take_jobs(Tx& tx, const TakeJobs& wanted);
/// The heartbeat. @return false when the lease is lost or the job cancelled
bool keep_job(Tx& tx, const JobLease& lease, Duration longer, double progress);
/// @return false when the job is not this lease's any more
bool finish_job(Tx& tx, const JobLease& lease, const std::string& result);
void fail_job(Tx& tx, const JobLease& lease, Duration wait, const std::string& reason);
void bury_job(Tx& tx, const JobLease& lease, const std::string& reason);
/// As if never taken.
void give_back_job(Tx& tx, const JobLease& lease);

/// Jobs by state, over all tenants.
std::map<JobState, std::int64_t> count_jobs(Tx& tx);
/// Deletes up to `jobs_max` jobs that ended longer ago than this. @return how many
std::int64_t forget_jobs(Tx& tx, Duration keep_done, Duration keep_dead, int jobs_max);

}  // namespace antiphon::store
