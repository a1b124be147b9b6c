#pragma once

#include <map>
#include <string>

#include "engine/metrics/registry.h"
#include "engine/store/jobs.h"

namespace antiphon::store {

/// What a runner tells the operator (E-64). On the runner's core.
class JobWatch {
 public:
  /// @param registry  outlives the watch; none: nobody reads it
  explicit JobWatch(metrics::Registry* registry);

  /// Before anything else is told of the kind.
  void add_kind(const std::string& kind);

  void ran(const std::string& kind, Duration time) const { kinds_.at(kind).seconds.observe(time); }
  void retried(const std::string& kind) const { kinds_.at(kind).retries.add(); }
  /// A kind that is not this runner's is passed over.
  void died(const std::string& kind) const;
  /// How many stand in the table.
  void counted(const std::map<JobState, std::int64_t>& by_state) const;

 private:
  struct Kind {
    metrics::Histogram seconds;
    metrics::Counter retries;
    metrics::Counter dead;
  };

  metrics::Registry unread_;
  metrics::Registry& registry_;
  std::map<std::string, Kind> kinds_;
  std::map<JobState, metrics::Gauge> states_;
};

}  // namespace antiphon::store
