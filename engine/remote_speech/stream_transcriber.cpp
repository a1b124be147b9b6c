#include "engine/remote_speech/stream_transcriber.h"

#include "engine/async/call.h"
#include "engine/base/error.h"
#include "engine/remote_speech/written_words.h"

namespace antiphon::remote_speech {
namespace {

using Kind = HearingFailure::Kind;
using speech::Transcript;

constexpr std::chrono::milliseconds hearing_step{100};
constexpr std::size_t piece_samples = sample_rate_hz / 10;
// A recogniser waits for a pause before it believes in an end: behind the utterance comes one.
constexpr std::size_t tail_samples = sample_rate_hz / 10;

// What a recogniser has told of one utterance so far.
struct Told {
  std::vector<Word> finals;
  std::vector<Word> partial;
  std::string lost;  ///< why not all of it was heard; empty: it was
};

// One utterance in a stream of its own.
class HeardUtterance {
 public:
  HeardUtterance(std::shared_ptr<const UtteranceSound> sound,
                 std::unique_ptr<speech::RecogniserStream> stream)
      : sound_(std::move(sound)), stream_(std::move(stream)) {
    readers_.spawn(read(stream_, told_));
  }

  bool is_of(const std::shared_ptr<const UtteranceSound>& sound) const { return sound_ == sound; }

  Task<> feed() {
    while (fed_ < sound_->samples.size()) {
      auto begin = sound_->samples.begin() + static_cast<long>(fed_);
      std::size_t count = std::min(piece_samples, sound_->samples.size() - fed_);
      fed_ += count;
      co_await stream_->hear({begin, begin + static_cast<long>(count)});
    }
  }

  Task<> finish() {
    co_await stream_->hear(Sound(tail_samples));
    co_await stream_->finish();
    co_await readers_.join();
  }

  Heard result(const std::string& language) const {
    if (!told_->lost.empty()) return std::unexpected(HearingFailure{Kind::broken, told_->lost});
    Hearing hearing{.words = told_->finals, .language = language, .heard_samples = fed_};
    hearing.words.insert(hearing.words.end(), told_->partial.begin(), told_->partial.end());
    hearing.text = join_written(hearing.words, language);
    return hearing;
  }

 private:
  static Task<> read(std::shared_ptr<speech::RecogniserStream> stream, std::shared_ptr<Told> told) {
    while (auto result = co_await stream->next()) {
      if (!*result) {
        told->lost = result->error().message;
      } else if ((*result)->kind == Transcript::Kind::final) {
        told->finals.insert(told->finals.end(), (*result)->words.begin(), (*result)->words.end());
        told->partial.clear();
      } else {
        told->partial = (*result)->words;
      }
    }
  }

  std::shared_ptr<const UtteranceSound> sound_;
  std::shared_ptr<speech::RecogniserStream> stream_;
  std::shared_ptr<Told> told_ = std::make_shared<Told>();
  std::size_t fed_ = 0;
  TaskGroup readers_{[](const std::exception_ptr&) {}};
};

class StreamEar final : public Ear {
 public:
  StreamEar(speech::Recogniser& recogniser, Duration answer_time, std::string language)
      : recogniser_(recogniser), answer_time_(answer_time), language_(std::move(language)) {}

  Task<Heard> hear(std::shared_ptr<const UtteranceSound> sound, bool is_final,
                   Instant deadline) override {
    deadline = std::min(deadline, Core::here().clock().steady() + answer_time_);
    try {
      co_return co_await within(deadline, hear_on(std::move(sound), is_final));
    } catch (const Error& error) {
      // What is half fed is of no use: the next time all of it is heard anew.
      utterance_.reset();
      if (error.code() == Code::cancelled) throw;
      co_return std::unexpected(HearingFailure{
          error.code() == Code::timeout ? Kind::too_slow : Kind::unreachable, error.message()});
    } catch (...) {
      utterance_.reset();
      throw;
    }
  }

 private:
  Task<Heard> hear_on(std::shared_ptr<const UtteranceSound> sound, bool is_final) {
    if (!utterance_ || !utterance_->is_of(sound)) {
      utterance_ = std::make_unique<HeardUtterance>(
          sound, co_await recogniser_.open({.language = language_}));
    }
    co_await utterance_->feed();
    if (is_final) co_await utterance_->finish();
    Heard heard = utterance_->result(language_);
    if (is_final || !heard) utterance_.reset();
    co_return heard;
  }

  speech::Recogniser& recogniser_;
  Duration answer_time_;
  std::string language_;
  std::unique_ptr<HeardUtterance> utterance_;
};

}  // namespace

StreamTranscriber::StreamTranscriber(speech::Recogniser& recogniser, Duration answer_time)
    : recogniser_(recogniser), answer_time_(answer_time) {
  speech::RecogniserCapabilities known = recogniser.capabilities();
  info_ = {.name = known.name,
           .languages = known.languages,
           .step = known.streaming ? hearing_step : std::chrono::milliseconds(0),
           .is_incremental = true};
}

std::shared_ptr<Ear> StreamTranscriber::listen(std::string language) {
  return std::make_shared<StreamEar>(recogniser_, answer_time_, std::move(language));
}

}  // namespace antiphon::remote_speech
