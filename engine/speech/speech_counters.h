#pragma once

#include <optional>
#include <vector>

#include "engine/metrics/registry.h"

namespace antiphon::speech {

/// What one core counts of the embedded recogniser (E-90); any thread reads.
class SpeechCounters {
 public:
  /// @param registry  outlives it; null: nobody reads it
  explicit SpeechCounters(metrics::Registry* registry);
  SpeechCounters(const SpeechCounters&) = delete;
  SpeechCounters& operator=(const SpeechCounters&) = delete;

  /// @param busy  for how long a worker had the utterance's sound to work on
  void heard(std::uint64_t samples, Duration busy);

  metrics::Tally workers;
  metrics::Tally busy_workers;
  metrics::Tally worker_starts;
  metrics::Tally crashed;
  metrics::Tally stalled;
  metrics::Tally unanswered_samples;

 private:
  metrics::Tally heard_;
  std::optional<metrics::Histogram> real_time_;
  std::vector<metrics::Source> sources_;  // goes first
};

}  // namespace antiphon::speech
