#include "engine/speech/speech_counters.h"

#include "engine/speech/recogniser.h"
#include "engine/speech/speech_metrics.h"

namespace antiphon::speech {

SpeechCounters::SpeechCounters(metrics::Registry* registry) {
  if (registry == nullptr) return;
  real_time_.emplace(registry->histogram(real_time_metric));
  auto add = [&](const metrics::MetricInfo& info, std::initializer_list<std::string_view> values,
                 const auto& from) { sources_.push_back(registry->source(info, values, from)); };
  add(workers_metric, {"busy"}, busy_workers);
  add(workers_metric, {"idle"},
      [this] { return static_cast<double>(workers.value() - busy_workers.value()); });
  add(worker_starts_metric, {}, worker_starts);
  add(utterances_metric, {"heard"}, heard_);
  add(utterances_metric, {"crashed"}, crashed);
  add(utterances_metric, {"stalled"}, stalled);
  add(unanswered_metric, {},
      [this] { return static_cast<double>(unanswered_samples.value()) / sample_rate_hz; });
}

void SpeechCounters::heard(std::uint64_t samples, Duration busy) {
  heard_.add();
  if (!real_time_ || samples == 0) return;
  double seconds = static_cast<double>(samples) / sample_rate_hz;
  real_time_->observe(std::chrono::duration<double>(busy).count() / seconds);
}

}  // namespace antiphon::speech
