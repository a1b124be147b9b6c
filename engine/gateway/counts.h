#pragma once

#include "engine/gateway/gateway_metrics.h"
#include "engine/gateway/gateway_parts.h"
#include "engine/metrics/handles.h"

namespace antiphon::gateway {

/// What one core counts of its calls. Without a registry nothing is counted.
class Counts {
 public:
  explicit Counts(metrics::Registry* registry);

  enum class Operation { chat, embeddings };
  void call(Operation operation, const Account& account, std::string_view error_type);
  void first_content(Operation operation, const Account& account, Duration took);
  void token_time(const Account& account, const AnswerTimes& times);
  void attempt(const Instance& instance, std::string_view outcome);
  void wait(const Instance& instance, Duration waited);
  void refused(const Instance& instance, NoPlace why);
  void cache(CacheResult result);
  void budget(std::string_view limit);
  void hedge(std::string_view winner);

 private:
  metrics::Handles<metrics::Histogram> durations_;
  metrics::Handles<metrics::Histogram> tokens_;
  metrics::Handles<metrics::Histogram> first_tokens_;
  metrics::Handles<metrics::Histogram> token_times_;
  metrics::Handles<metrics::Histogram> waits_;
  metrics::Handles<metrics::Counter> attempts_;
  metrics::Handles<metrics::Counter> refusals_;
  metrics::Handles<metrics::Counter> caches_;
  metrics::Handles<metrics::Counter> budgets_;
  metrics::Handles<metrics::Counter> costs_;
  metrics::Handles<metrics::Counter> hedges_;
};

/// The provider's name in the conventions: "gcp.gemini" for gemini.
std::string_view provider_name(std::string_view kind);

}  // namespace antiphon::gateway
