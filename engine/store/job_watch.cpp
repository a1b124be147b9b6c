#include "engine/store/job_watch.h"

#include "engine/store/store_metrics.h"

namespace antiphon::store {
namespace {

constexpr JobState all_states[] = {JobState::waiting, JobState::running, JobState::done,
                                   JobState::dead, JobState::cancelled};

}  // namespace

JobWatch::JobWatch(metrics::Registry* registry) : registry_(registry ? *registry : unread_) {
  for (JobState state : all_states) {
    states_.emplace(state, registry_.gauge(jobs_metric, {to_text(state)}));
  }
}

void JobWatch::add_kind(const std::string& kind) {
  kinds_.emplace(kind, Kind{registry_.histogram(job_time_metric, {kind}),
                            registry_.counter(job_retries_metric, {kind}),
                            registry_.counter(jobs_dead_metric, {kind})});
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
