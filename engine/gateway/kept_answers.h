#pragma once

#include "engine/gateway/flight.h"
#include "engine/store/cache.h"

namespace antiphon::gateway {

/// A whole answer as it is kept.
struct KeptAnswer {
  std::string text;
  std::vector<model::ToolCall> tool_calls;
  model::Finish finish = model::Finish::stop;
  std::string provider;
  std::string model;
  model::Usage usage;
  Timestamp fresh_until{};  ///< afterwards it is stale
};

/// Answers for those who ask the same (E-34): in this process, then in a second place that others
/// may share. A place that fails is passed over. Belongs to one core.
class KeptAnswers {
 public:
  /// @param first, second, random  outlive it; second null: there is none
  KeptAnswers(store::Cache& first, store::Cache* second, Random& random)
      : first_(first), second_(second), random_(random) {}

  Task<std::optional<KeptAnswer>> find(std::string key);
  /// Lives a little shorter than the policy says, by chance, so that not all end at once.
  Task<> keep(std::string key, KeptAnswer answer, CachePolicy policy);

  static constexpr std::chrono::milliseconds second_time{50};  ///< to wait for the second place
  static constexpr double jitter = 0.1;  ///< share of the time to live that chance takes away

 private:
  Task<std::optional<std::string>> find_in_second(std::string key);

  store::Cache& first_;
  store::Cache* second_;
  Random& random_;
};

/// Whether it may be kept: complete, and nothing withheld.
bool is_worth_keeping(const model::ChatEnd& end);

/// A kept answer, given again as one piece.
class KeptReply final : public Answer {
 public:
  KeptReply(KeptAnswer kept, CacheResult cache, Duration took);

  Task<std::optional<model::ChatDelta>> next() override;
  const model::ChatEnd& end() const override { return end_; }
  const Account& account() const override { return account_; }

 private:
  model::ChatDelta whole_;
  bool is_given_ = false;
  model::ChatEnd end_;
  Account account_;
};

}  // namespace antiphon::gateway
