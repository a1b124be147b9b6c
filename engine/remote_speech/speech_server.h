#pragma once

#include <array>

#include "engine/log/logger.h"
#include "engine/metrics/registry.h"
#include "engine/remote_speech/hearing.h"
#include "engine/remote_speech/server_breaker.h"
#include "engine/remote_speech/turns.h"

namespace antiphon::remote_speech {

/// Where a server's requests are told of.
struct Telling {
  metrics::Registry* metrics = nullptr;  ///< outlives the server; null: nothing is counted
  const log::Logger* log = nullptr;      ///< outlives the server; null: nothing is logged
};

/// A remote server as all cores of the process see it: its turns, its breaker, what is counted of
/// it. Thread-safe.
class SpeechServer {
 public:
  /// @param at_once  requests that it takes at the same time
  SpeechServer(std::string name, std::size_t at_once, Telling telling = {},
               Breaker::Limits breaker = {});

  const std::string& name() const { return name_; }
  Turns& turns() { return *turns_; }
  ServerBreaker& breaker() { return *breaker_; }

  /// One request that is admitted by the breaker and has its turn. What nobody concludes counts as
  /// left.
  class Request {
   public:
    Request(std::shared_ptr<SpeechServer> server, ServerBreaker::Attempt attempt, Turns::Turn turn);
    Request(Request&&) noexcept = default;
    Request& operator=(Request&&) = delete;
    ~Request();

    void done(bool is_silent = false);
    void failed(const HearingFailure& failure);
    bool is_probe() const { return attempt_.is_probe(); }

   private:
    std::shared_ptr<SpeechServer> server_;  // null: concluded, or moved from
    ServerBreaker::Attempt attempt_;
    Turns::Turn turn_;
    Instant begun_;
  };

  /// Waits for a turn. @param self  the server
  static Task<std::expected<Request, HearingFailure>> admit(std::shared_ptr<SpeechServer> self,
                                                            std::shared_ptr<Turns::Seat> seat,
                                                            Urgency urgency, Instant deadline);

  /// It said that there was nothing where another one found words: that was no good answer.
  void note_missed_words();

 private:
  enum class Outcome : unsigned char {
    done,
    silent,
    left,
    out,
    full,
    unreachable,
    busy,
    too_slow,
    broken,
    malformed,
    empty,
    refused
  };
  static constexpr std::size_t outcomes = 12;

  void count(Outcome outcome) const;
  static Outcome outcome_of(HearingFailure::Kind kind);
  void tell_of_failure(const HearingFailure& failure, bool has_opened) const;

  std::string name_;
  std::shared_ptr<Turns> turns_;
  std::shared_ptr<ServerBreaker> breaker_;
  const log::Logger* log_;
  std::vector<metrics::Counter> counters_;  // by outcome; empty: nothing is counted
  std::optional<metrics::Histogram> time_;
  std::vector<metrics::Source> sources_;  // goes first
};

}  // namespace antiphon::remote_speech
