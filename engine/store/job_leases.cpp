#include "engine/store/job_leases.h"

#include "engine/store/job_statements.h"

namespace antiphon::store {
namespace {

// Tenants looked at for one job: others may hold what is ready of the first.
constexpr int turns_max = 16;
constexpr std::string_view died_text = "Whoever ran the last attempt was gone before its end.";

// ",kind,kind," of the kinds that have not reached their limit.
std::string open_kinds(Tx& tx, const std::map<std::string, int>& limits) {
  std::map<std::string, std::int64_t> running;
  for (Row row : tx.query(job_sql::count_running)) running[row.text(0)] = row.integer(1);
  std::string kinds;
  for (const auto& [kind, limit] : limits) {
    if (limit == 0 || running[kind] < limit) kinds += "," + kind;
  }
  return kinds.empty() ? kinds : kinds + ",";
}

std::optional<JobLease> take_one(Tx& tx, const TakeJobs& wanted) {
  std::string kinds = open_kinds(tx, wanted.kinds);
  if (kinds.empty()) return std::nullopt;
  for (Row turn : tx.query(job_sql::turns, kinds, turns_max)) {
    Rows taken =
        tx.query(job_sql::take, kinds, wanted.token, to_microseconds(wanted.lease), turn.text(0));
    if (!taken.empty()) return JobLease{read_job(taken[0]), wanted.token};
  }
  return std::nullopt;
}

}  // namespace

TakenJobs take_jobs(Tx& tx, const TakeJobs& wanted) {
  TakenJobs taken;
  for (Row row : tx.query(job_sql::bury, died_text)) taken.buried.push_back(row.text(0));
  while (static_cast<int>(taken.leases.size()) < wanted.jobs_max) {
    auto lease = take_one(tx, wanted);
    if (!lease) break;
    taken.leases.push_back(std::move(*lease));
  }
  return taken;
}

bool keep_job(Tx& tx, const JobLease& lease, Duration longer, double progress) {
  return tx.execute(job_sql::keep, lease.job.tenant, lease.job.id, lease.token,
                    to_microseconds(longer), progress) == 1;
}

bool finish_job(Tx& tx, const JobLease& lease, const std::string& result) {
  return tx.execute(job_sql::finish, lease.job.tenant, lease.job.id, lease.token, result) == 1;
}

void fail_job(Tx& tx, const JobLease& lease, Duration wait, const std::string& reason) {
  tx.execute(job_sql::fail, lease.job.tenant, lease.job.id, lease.token, to_microseconds(wait),
             reason);
}

void bury_job(Tx& tx, const JobLease& lease, const std::string& reason) {
  tx.execute(job_sql::die, lease.job.tenant, lease.job.id, lease.token, reason);
}

void give_back_job(Tx& tx, const JobLease& lease) {
  tx.execute(job_sql::give_back, lease.job.tenant, lease.job.id, lease.token);
}

std::map<JobState, std::int64_t> count_jobs(Tx& tx) {
  std::map<JobState, std::int64_t> counts;
  for (Row row : tx.query(job_sql::count_states)) {
    if (auto state = parse_job_state(row.text(0))) counts[*state] = row.integer(1);
  }
  return counts;
}

std::int64_t forget_jobs(Tx& tx, Duration keep_done, Duration keep_dead, int jobs_max) {
  return tx.execute(job_sql::forget, to_microseconds(keep_done), to_microseconds(keep_dead),
                    jobs_max);
}

}  // namespace antiphon::store
