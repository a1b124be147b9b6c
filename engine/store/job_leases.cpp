#include "engine/store/job_leases.h"

#include "engine/store/job_statements.h"

namespace antiphon::store {
namespace {

constexpr std::string_view died_text = "Whoever ran the last attempt was gone before its end.";

std::int64_t microseconds(Duration duration) {
  return std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
}

}  // namespace

std::vector<JobLease> take_jobs(Tx& tx, const std::string& token, const std::string& kinds,
                                Duration lease, int jobs_max) {
  tx.execute(job_sql::bury, died_text);
  std::vector<JobLease> leases;
  for (Row row : tx.query(job_sql::take, token, microseconds(lease), kinds, jobs_max)) {
    leases.push_back({read_job(row), token});
  }
  // RETURNING promises no order.
  std::ranges::sort(leases, [](const JobLease& a, const JobLease& b) {
    return std::pair(-a.job.priority, a.job.run_at) < std::pair(-b.job.priority, b.job.run_at);
  });
  return leases;
}

bool keep_job(Tx& tx, const JobLease& lease, Duration longer, double progress) {
  return tx.execute(job_sql::keep, lease.job.tenant, lease.job.id, lease.token,
                    microseconds(longer), progress) == 1;
}

void finish_job(Tx& tx, const JobLease& lease) {
  tx.execute(job_sql::finish, lease.job.tenant, lease.job.id, lease.token);
}

void fail_job(Tx& tx, const JobLease& lease, Duration wait, const std::string& reason) {
  tx.execute(job_sql::fail, lease.job.tenant, lease.job.id, lease.token, microseconds(wait),
             reason);
}

void bury_job(Tx& tx, const JobLease& lease, const std::string& reason) {
  tx.execute(job_sql::die, lease.job.tenant, lease.job.id, lease.token, reason);
}

void give_back_job(Tx& tx, const JobLease& lease) {
  tx.execute(job_sql::give_back, lease.job.tenant, lease.job.id, lease.token);
}

}  // namespace antiphon::store
