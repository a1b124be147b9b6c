#include "engine/speech/embedded_recogniser.h"

#include "engine/async/core.h"
#include "engine/async/task_group.h"
#include "engine/base/error.h"
#include "engine/speech/cost_measurement.h"
#include "engine/speech/resampler.h"
#include "engine/speech/utterance_link.h"
#include "engine/speech/voice_activity.h"

namespace antiphon::speech {
namespace {

// Voice activity runs here and not in the worker: it costs 5 us per 10 ms, silence then never
// crosses to another process, and a crash is known to have cost exactly one utterance.
class EmbeddedStream final : public RecogniserStream {
 public:
  EmbeddedStream(std::shared_ptr<SpeechProgram> program, std::shared_ptr<SpeechCounters> counters,
                 Capacity::Place place, const StreamOptions& options)
      : program_(std::move(program)),
        counters_(std::move(counters)),
        place_(std::move(place)),
        before_(options.before),
        resampler_(options.sample_rate),
        link_(std::make_shared<UtteranceLink>(program_->options().answer_max, counters_,
                                              program_->capacity())) {
    if (before_) link_->results().keep_all();
  }

  ~EmbeddedStream() override { link_->close(); }

  void attach(std::shared_ptr<Worker> worker) {
    link_->attach(worker);
    readers_.spawn(UtteranceLink::read(link_, std::move(worker)));
  }

  Task<> hear(std::vector<Sample> samples) override {
    link_->results().require_room();
    samples = resampler_.convert(std::move(samples));
    heard_ += samples.size();
    link_->arrivals().note(heard_, Core::here().clock().steady());
    for (VoiceEvent& event : voice_.hear(samples)) co_await pass_on(std::move(event));
  }

  Task<> finish() override {
    for (VoiceEvent& event : voice_.finish()) co_await pass_on(std::move(event));
    co_await link_->settled();
    link_->close();
    link_->results().close();
  }

  Task<std::optional<Recognition>> next() override { return link_->results().next(); }

 private:
  Task<> pass_on(VoiceEvent event) {
    if (auto* began = std::get_if<UtteranceBegan>(&event)) {
      co_await begin(began->begin_sample);
    } else if (auto* sound = std::get_if<UtteranceSound>(&event)) {
      co_await link_->sound(std::move(sound->samples));
    } else {
      co_await link_->end();
    }
  }

  Task<> begin(std::uint64_t begin_sample) {
    co_await link_->settled();
    std::uint64_t number = link_->utterances();
    if (before_ && number > 0 && before_->lost.contains(number - 1)) link_->renew();
    if (link_->needs_worker()) {
      try {
        attach(co_await program_->ready_worker(counters_));
      } catch (const Error& failure) {
        link_->refuse(begin_sample, failure.message());
        co_return;
      }
    }
    co_await link_->begin(begin_sample, before_ ? before_->rung(number) : place_.rung());
  }

  std::shared_ptr<SpeechProgram> program_;
  std::shared_ptr<SpeechCounters> counters_;
  Capacity::Place place_;
  std::shared_ptr<const HeardBefore> before_;
  Resampler resampler_;
  VoiceActivity voice_;
  std::uint64_t heard_ = 0;  // samples at 16 kHz
  std::shared_ptr<UtteranceLink> link_;
  // What goes wrong with a worker is told as a lost utterance; its reader throws nothing.
  TaskGroup readers_{[](const std::exception_ptr&) {}};
};

}  // namespace

EmbeddedRecogniser::EmbeddedRecogniser(std::shared_ptr<SpeechProgram> program)
    : program_(std::move(program)),
      counters_(std::make_shared<SpeechCounters>(program_->options().metrics)) {}

EmbeddedRecogniser::EmbeddedRecogniser(EmbeddedOptions options)
    : EmbeddedRecogniser(std::make_shared<SpeechProgram>(std::move(options))) {}

EmbeddedRecogniser::~EmbeddedRecogniser() = default;

pid_t EmbeddedRecogniser::program_pid() const { return program_->pid(); }

RecogniserCapabilities EmbeddedRecogniser::capabilities() const {
  return {.languages = {"en"}, .streaming = true, .name = "pocketsphinx (embedded, English)"};
}

Task<std::optional<std::string>> EmbeddedRecogniser::check() {
  try {
    auto worker = co_await program_->ready_worker(counters_);
    co_await measure_costs(std::move(worker), program_->capacity(), program_->options().answer_max);
  } catch (const Error& failure) {
    co_return failure.message();
  }
  co_return std::nullopt;
}

Task<std::unique_ptr<RecogniserStream>> EmbeddedRecogniser::open(StreamOptions options) {
  speech::check(options, capabilities());
  Capacity::Place place = program_->capacity()->admit(Core::here().clock().steady());
  auto worker = co_await program_->ready_worker(counters_);
  auto stream = std::make_unique<EmbeddedStream>(program_, counters_, std::move(place), options);
  stream->attach(std::move(worker));
  co_return stream;
}

}  // namespace antiphon::speech
