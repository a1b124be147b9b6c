#include "engine/store/job_watch.h"

namespace antiphon::store {
namespace {

// From a row that is deleted to a film that is taken in.
constexpr double run_bounds[] = {0.001, 0.01, 0.1, 1, 10, 60, 300, 900};
constexpr JobState all_states[] = {JobState::waiting, JobState::running, JobState::done,
                                   JobState::dead, JobState::cancelled};

}  // namespace

JobWatch::JobWatch(metrics::Registry* registry) : registry_(registry ? *registry : unread_) {
  for (JobState state : all_states) {
    states_.emplace(state, registry_.gauge("antiphon_jobs", "Jobs in the table, by state.",
                                           {{"state", std::string(to_text(state))}}));
  }
}

void JobWatch::add_kind(const std::string& kind) {
  metrics::Labels labels{{"kind", kind}};
  kinds_.emplace(
      kind, Kind{registry_.histogram("antiphon_job_seconds", "Time of one attempt at a job.",
                                     labels, run_bounds),
                 registry_.counter("antiphon_job_retries_total",
                                   "Attempts at jobs that failed and are repeated.", labels),
                 registry_.counter("antiphon_jobs_dead_total", "Jobs given up, their reason kept.",
                                   labels)});
}

void JobWatch::died(const std::string& kind) const {
  if (auto found = kinds_.find(kind); found != kinds_.end()) found->second.dead.add();
}

void JobWatch::counted(const std::map<JobState, std::int64_t>& by_state) const {
  for (const auto& [state, gauge] : states_) {
    auto found = by_state.find(state);
    gauge.set(found == by_state.end() ? 0 : static_cast<double>(found->second));
  }
}

}  // namespace antiphon::store
