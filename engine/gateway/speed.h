#pragma once

#include <array>
#include <optional>

#include "engine/base/clock.h"

namespace antiphon::gateway {

/// What one answer took.
struct AnswerTimes {
  Duration first_token{};  ///< from the call
  Duration total{};
  std::int64_t tokens_out = 0;
  bool is_cold = false;  ///< the model had to be loaded first
};

/// How fast a model of an instance is: moving averages, cold starts left out (E-32, E-109). Plain
/// state.
class Speed {
 public:
  void add(const AnswerTimes& times);

  /// Time to the first content; nothing before anything is known.
  std::optional<Duration> first_token() const { return as_duration(first_token_s_); }
  /// Time of each token after it.
  std::optional<Duration> token() const { return as_duration(token_s_); }
  /// Time of a whole answer.
  std::optional<Duration> total() const { return as_duration(total_s_); }
  /// The time to the first content that 95 of 100 keep; nothing below `samples_least` answers.
  std::optional<Duration> first_token_p95() const;
  /// Answers that had to wait for their model to be loaded.
  std::int64_t cold_starts() const { return cold_starts_; }

  static constexpr double share_of_newest = 0.2;
  static constexpr std::size_t samples_kept = 64;
  static constexpr std::size_t samples_least = 20;

 private:
  static std::optional<Duration> as_duration(std::optional<double> seconds);

  std::optional<double> first_token_s_;
  std::optional<double> token_s_;
  std::optional<double> total_s_;
  std::array<Duration, samples_kept> samples_{};  // of times to the first content, in a ring
  std::size_t sampled_ = 0;
  std::int64_t cold_starts_ = 0;
};

}  // namespace antiphon::gateway
