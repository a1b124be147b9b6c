#pragma once

#include "engine/store/jobs.h"

namespace antiphon::store {

/// A job that a runner works on, until the lease is over by the database's clock. Whoever takes it
/// next has another token, and the calls below do nothing for the old one.
struct JobLease {
  Job job;
  std::string token;
};

/// Takes up to `jobs_max` ready jobs of the given kinds, highest priority first, and buries those
/// whose runner died with their last attempt.
std::vector<JobLease> take_jobs(Tx& tx, const std::string& token, const std::string& kinds,
                                Duration lease, int jobs_max);
/// The heartbeat. @return false when the lease is lost or the job cancelled
bool keep_job(Tx& tx, const JobLease& lease, Duration longer, double progress);
void finish_job(Tx& tx, const JobLease& lease);
void fail_job(Tx& tx, const JobLease& lease, Duration wait, const std::string& reason);
void bury_job(Tx& tx, const JobLease& lease, const std::string& reason);
/// As if never taken.
void give_back_job(Tx& tx, const JobLease& lease);

}  // namespace antiphon::store
