#pragma once

#include <cstdint>
#include <string_view>

#include "engine/base/clock.h"

namespace antiphon::model {

/// How fast a streamed answer has to come (E-33).
struct PaceLimits {
  Duration first_token_time = std::chrono::seconds(30);  ///< from the question
  Duration gap_time = std::chrono::seconds(15);          ///< between two tokens
  std::int64_t bytes_per_second_min = 2;                 ///< of tokens, on average; 0: any
  Duration rate_grace = std::chrono::seconds(20);        ///< before the rate counts
};

/// Until when the next token of an answer may take. Comments and pings are no tokens, reasoning is
/// made of them. Time in which nobody waits counts for nothing. Pure: time is told.
class AnswerPace {
 public:
  AnswerPace(PaceLimits limits, Instant asked) : limits_(limits), asked_(asked) {}

  /// Somebody begins to wait for a piece.
  void begin_wait(Instant now);
  void end_wait(Instant now);
  /// So many bytes of tokens have come until now.
  void see(std::size_t bytes, Instant now);

  struct Limit {
    Instant at;
    std::string_view passed;  ///< what to say when it has passed
  };
  /// The next limit of who waits.
  Limit limit() const;

 private:
  PaceLimits limits_;
  Instant asked_;
  Instant wait_began_;
  Instant last_token_;
  std::size_t bytes_ = 0;
  std::size_t bytes_before_ = 0;  // when the wait began
  Duration waited_{};             // since the first token
};

}  // namespace antiphon::model
