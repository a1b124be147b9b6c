#include "engine/remote_speech/failover_recogniser.h"

#include "engine/async/core.h"
#include "engine/async/task_group.h"
#include "engine/base/error.h"
#include "engine/remote_speech/languages.h"
#include "engine/remote_speech/remote_speech_metrics.h"
#include "engine/speech/arrivals.h"
#include "engine/speech/resampler.h"
#include "engine/speech/result_queue.h"

namespace antiphon::remote_speech {
namespace {

using speech::RecogniserCapabilities;
using speech::RecogniserStream;
using speech::Recognition;
using speech::StreamOptions;
using speech::Transcript;

// What a stream shares with the task that hears its utterances, one after the other.
struct Hearings {
  Hearings(const std::vector<std::shared_ptr<Transcriber>>& transcribers,
           const FailoverOptions& options, std::string primary)
      : candidates(std::make_shared<Candidates>(transcribers, primary, options.avoid_time)),
        language(std::move(primary)),
        limits(options.limits) {
    if (!options.metrics) return;
    for (const char* outcome : {"heard", "heard_by_another", "lost"}) {
      outcomes.push_back(options.metrics->counter(utterances_metric, {outcome}));
    }
  }

  void tell(Transcript result) {
    result.heard_at = arrivals.of(result.end_sample);
    results.push(std::move(result));
  }

  void count(const Pursuit& pursuit) const {
    if (outcomes.empty()) return;
    const Candidate* by = pursuit.heard_by();
    outcomes[!by ? 2 : candidates->is_first(*by) ? 0 : 1].add();
  }

  std::shared_ptr<Candidates> candidates;
  std::string language;
  PursuitLimits limits;
  std::vector<metrics::Counter> outcomes;  // in the order of the metric's values, or none
  std::deque<std::shared_ptr<GrowingUtterance>> utterances;  // the first is being heard
  bool has_ended = false;                                    // no further one comes
  bool is_done = false;
  Waiter arrived;  // an utterance, or the end
  Waiter settled;  // an utterance was told or lost, or all is done
  speech::ResultQueue results;
  speech::Arrivals arrivals;
};

Task<Recognition> pursue(std::shared_ptr<Hearings> hearings,
                         std::shared_ptr<GrowingUtterance> utterance) {
  Pursuit pursuit(utterance, hearings->candidates, hearings->language, hearings->limits,
                  [hearings](Transcript result) { hearings->tell(std::move(result)); });
  try {
    Recognition result = co_await pursuit.run();
    hearings->count(pursuit);
    co_return result;
  } catch (...) {
    // A fault of ours costs this utterance and no other one.
    if (is_cancellation(std::current_exception())) throw;
    hearings->count(pursuit);
    co_return std::unexpected(
        speech::LostUtterance{.message = "The utterance could not be sent to be recognised.",
                              .utterance = utterance->number,
                              .begin_sample = utterance->begin_sample});
  }
}

Task<> hear_each(std::shared_ptr<Hearings> hearings) {
  for (;;) {
    while (hearings->utterances.empty() && !hearings->has_ended) co_await hearings->arrived.wait();
    if (hearings->utterances.empty()) break;
    Recognition result = co_await pursue(hearings, hearings->utterances.front());
    if (result) {
      hearings->tell(*std::move(result));
    } else {
      hearings->results.push(std::move(result));
    }
    hearings->utterances.pop_front();
    hearings->settled.wake();
  }
  hearings->results.close();
  hearings->is_done = true;
  hearings->settled.wake();
}

class FailoverStream final : public RecogniserStream {
 public:
  FailoverStream(std::shared_ptr<Hearings> hearings, const FailoverOptions& options,
                 const StreamOptions& stream)
      : hearings_(std::move(hearings)), resampler_(stream.sample_rate), voice_(options.voice) {
    if (stream.before) hearings_->results.keep_all();
    tasks_.spawn(hear_each(hearings_));
  }

  Task<> hear(std::vector<Sample> samples) override {
    hearings_->results.require_room();
    samples = resampler_.convert(std::move(samples));
    heard_ += samples.size();
    hearings_->arrivals.note(heard_, Core::here().clock().steady());
    for (speech::VoiceEvent& event : voice_.hear(samples)) co_await take(std::move(event));
  }

  Task<> finish() override {
    for (speech::VoiceEvent& event : voice_.finish()) co_await take(std::move(event));
    hearings_->has_ended = true;
    hearings_->arrived.wake();
    while (!hearings_->is_done) co_await hearings_->settled.wait();
  }

  Task<std::optional<Recognition>> next() override { return hearings_->results.next(); }

 private:
  Task<> take(speech::VoiceEvent event) {
    auto& utterances = hearings_->utterances;
    if (auto* began = std::get_if<speech::UtteranceBegan>(&event)) {
      while (utterances.size() > utterances_waiting_max) co_await hearings_->settled.wait();
      growing_ = std::make_shared<GrowingUtterance>();
      growing_->number = count_++;
      growing_->begin_sample = began->begin_sample;
      utterances.push_back(growing_);
      hearings_->arrived.wake();
      co_return;
    }
    if (auto* sound = std::get_if<speech::UtteranceSound>(&event)) {
      Sound& samples = growing_->sound->samples;
      samples.insert(samples.end(), sound->samples.begin(), sound->samples.end());
    } else {
      growing_->has_ended = true;
    }
    growing_->changed.wake();
  }

  std::shared_ptr<Hearings> hearings_;
  speech::Resampler resampler_;
  speech::VoiceActivity voice_;
  std::uint64_t heard_ = 0;                    // samples at 16 kHz
  std::uint64_t count_ = 0;                    // utterances begun
  std::shared_ptr<GrowingUtterance> growing_;  // the last one
  // What goes wrong with an utterance is told as lost; the task throws nothing.
  TaskGroup tasks_{[](const std::exception_ptr&) {}};
};

}  // namespace

FailoverRecogniser::FailoverRecogniser(std::vector<std::shared_ptr<Transcriber>> transcribers,
                                       FailoverOptions options)
    : transcribers_(std::move(transcribers)), options_(std::move(options)) {
  ENSURE(!transcribers_.empty(), "a recogniser that asks nobody hears nothing");
}

RecogniserCapabilities FailoverRecogniser::capabilities() const {
  RecogniserCapabilities all;
  for (const auto& transcriber : transcribers_) {
    const TranscriberInfo& info = transcriber->info();
    for (const std::string& language : info.languages) {
      if (std::ranges::count(all.languages, language) == 0) all.languages.push_back(language);
    }
    all.streaming = all.streaming || info.step.count() > 0;
    all.name += fmt::format("{}{}", all.name.empty() ? "" : ", then ", info.name);
  }
  return all;
}

Task<std::unique_ptr<RecogniserStream>> FailoverRecogniser::open(StreamOptions options) {
  check(options, capabilities());
  auto hearings =
      std::make_shared<Hearings>(transcribers_, options_, primary_language(options.language));
  co_return std::make_unique<FailoverStream>(std::move(hearings), options_, options);
}

}  // namespace antiphon::remote_speech
