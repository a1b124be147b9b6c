#include "engine/remote_speech/failover_synthesiser.h"

#include "engine/base/error.h"
#include "engine/remote_speech/rate_change.h"
#include "engine/speech/spoken_text.h"

namespace antiphon::remote_speech {
namespace {

using speech::SpeechRequest;
using speech::SpokenPiece;
using speech::Synthesiser;
using speech::SynthesiserStream;

class FailoverSpeech final : public SynthesiserStream {
 public:
  FailoverSpeech(std::vector<std::shared_ptr<Synthesiser>> synthesisers, SpeechRequest request)
      : synthesisers_(std::move(synthesisers)),
        request_(std::move(request)),
        sentences_(speech::split_spoken_text(request_.text)) {}

  /// Has the first sentence begun by whoever can.
  Task<> begin() { waiting_ = co_await next_of_any(); }

  Task<std::optional<SpokenPiece>> next() override {
    if (waiting_) co_return std::exchange(waiting_, std::nullopt);
    co_return co_await next_of_any();
  }

 private:
  Task<std::optional<SpokenPiece>> next_of_any() {
    while (number_ < sentences_.size()) {
      std::exception_ptr failure;
      try {
        if (auto piece = co_await next_of_sentence()) co_return piece;
        stream_.reset();
        ++number_;
      } catch (const Error& error) {
        if (error.code() == Code::cancelled) throw;
        failure = std::current_exception();
      }
      if (!failure) continue;
      stream_.reset();
      // The last one's failure is the text's.
      if (++speaker_ >= synthesisers_.size()) std::rethrow_exception(failure);
    }
    co_return std::nullopt;
  }

  Task<std::optional<SpokenPiece>> next_of_sentence() {
    bool is_first = !stream_;
    if (is_first) {
      SpeechRequest sentence = request_;
      sentence.text = sentences_[number_];
      stream_ = co_await synthesisers_[speaker_]->speak(std::move(sentence));
    }
    auto piece = co_await stream_->next();
    if (!piece && is_first) {
      throw Error(Code::unavailable, "The speech synthesiser said nothing.");
    }
    if (piece) {
      keep_rate(*piece);
      // Whoever speaks may have parted the sentence once more.
      piece->sentence = number_;
      piece->text = is_first ? sentences_[number_] : "";
    }
    co_return piece;
  }

  // Who plays the sound was told one rate.
  void keep_rate(SpokenPiece& piece) {
    if (sample_rate_ == 0) sample_rate_ = piece.sample_rate;
    if (piece.sample_rate == sample_rate_) return;
    if (!change_ || changes_from_ != piece.sample_rate) {
      change_.emplace(piece.sample_rate, sample_rate_);
      changes_from_ = piece.sample_rate;
    }
    piece.samples = change_->convert(piece.samples);
    piece.sample_rate = sample_rate_;
  }

  std::vector<std::shared_ptr<Synthesiser>> synthesisers_;
  SpeechRequest request_;
  std::vector<std::string> sentences_;
  std::size_t number_ = 0;   // of the sentence under way
  std::size_t speaker_ = 0;  // who says it; who failed says nothing more of this text
  std::unique_ptr<SynthesiserStream> stream_;
  std::optional<SpokenPiece> waiting_;
  int sample_rate_ = 0;  // of the first sound
  int changes_from_ = 0;
  std::optional<RateChange> change_;
};

}  // namespace

FailoverSynthesiser::FailoverSynthesiser(std::vector<std::shared_ptr<Synthesiser>> synthesisers)
    : synthesisers_(std::move(synthesisers)) {
  ENSURE(!synthesisers_.empty(), "somebody has to speak");
}

std::string FailoverSynthesiser::name() const {
  std::string all;
  for (const auto& synthesiser : synthesisers_) {
    all += fmt::format("{}{}", all.empty() ? "" : ", then ", synthesiser->name());
  }
  return all;
}

Task<std::unique_ptr<SynthesiserStream>> FailoverSynthesiser::speak(SpeechRequest request) {
  check(request);
  auto stream = std::make_unique<FailoverSpeech>(synthesisers_, std::move(request));
  co_await stream->begin();
  co_return stream;
}

}  // namespace antiphon::remote_speech
