#pragma once

#include "engine/async/timers.h"
#include "engine/async/waiter.h"
#include "engine/speech/arrivals.h"
#include "engine/speech/capacity.h"
#include "engine/speech/result_queue.h"
#include "engine/speech/speech_counters.h"
#include "engine/speech/speech_program.h"
#include "engine/speech/stability.h"

namespace antiphon::speech {

/// What a stream and the reader of its worker share: the worker, the one utterance that is with it,
/// and the results. Whatever goes wrong with the worker ends in lose(): one utterance is lost,
/// told, and the next one gets a new worker. Belongs to one core; its readers keep it alive.
class UtteranceLink {
 public:
  UtteranceLink(Duration answer_max, std::shared_ptr<SpeechCounters> counters,
                std::shared_ptr<Capacity> capacity)
      : answer_max_(answer_max), counters_(std::move(counters)), capacity_(std::move(capacity)) {}

  /// Whether the next utterance needs a worker first.
  bool needs_worker() const { return !worker_; }
  /// Makes `worker` the one that the next utterance goes to.
  void attach(std::shared_ptr<Worker> worker);
  /// The next utterance goes to another worker, as if this one had been lost.
  void renew() { drop_worker(); }
  /// Tells the worker's answers until it has gone.
  static Task<> read(std::shared_ptr<UtteranceLink> self, std::shared_ptr<Worker> worker);

  Task<> begin(std::uint64_t begin_sample, Rung rung);
  Task<> sound(std::vector<Sample> samples);
  Task<> end();
  /// Waits until the utterance has its final or is lost.
  Task<> settled();

  /// An utterance that no worker could be found for.
  void refuse(std::uint64_t begin_sample, const std::string& why);
  /// Nobody listens any more.
  void close();

  /// Told or lost so far: the number of the next.
  std::uint64_t utterances() const { return count_; }
  ResultQueue& results() { return results_; }
  Arrivals& arrivals() { return arrivals_; }

 private:
  struct Utterance {
    std::uint64_t begin_sample = 0;
    Rung rung = Rung::full;
    std::uint64_t sent_samples = 0;
    std::uint64_t answered_samples = 0;
    bool ended = false;
    std::optional<Instant> busy_since;  // the worker has something to answer
    Duration busy{};
    Stability stability;
    std::vector<Word> told;  // words of the last result
    std::size_t told_stable = 0;
  };

  Task<> send(std::string bytes);
  void hear_answer(const Message& message);
  void tell(Hypothesis hypothesis, bool is_final);
  void lose(LostUtterance::Reason reason, std::string why);
  void drop_worker();
  void begin_utterance(std::uint64_t begin_sample, Rung rung = Rung::full);
  void end_utterance();
  std::uint64_t unanswered() const;
  void watch();
  void count_busy(bool is_busy);

  Duration answer_max_;
  std::shared_ptr<SpeechCounters> counters_;
  std::shared_ptr<Capacity> capacity_;
  std::shared_ptr<Worker> worker_;
  std::optional<Utterance> utterance_;
  std::uint64_t count_ = 0;  // utterances told or lost
  ResultQueue results_;
  Arrivals arrivals_;
  Waiter settled_;
  Timers::Alarm alarm_;
};

}  // namespace antiphon::speech
