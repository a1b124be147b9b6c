#include "engine/speech/scripted_recogniser.h"

#include <sstream>

#include "engine/async/core.h"
#include "engine/base/error.h"
#include "engine/speech/result_queue.h"

namespace antiphon::speech {
namespace {

using Kind = Transcript::Kind;

std::vector<Word> split_words(const std::string& text) {
  std::vector<Word> words;
  std::istringstream in(text);
  for (std::string word; in >> word;) words.push_back({.text = word});
  return words;
}

// Words spread evenly over the utterance, as good a guess as any.
void spread(std::vector<Word>& words, std::uint64_t begin, std::uint64_t end) {
  constexpr std::uint64_t samples_per_ms = sample_rate_hz / 1000;
  for (std::size_t i = 0; i < words.size(); ++i) {
    auto at = [&](std::size_t n) {
      return static_cast<std::uint32_t>((begin + (end - begin) * n / words.size()) /
                                        samples_per_ms);
    };
    words[i].start_ms = at(i);
    words[i].end_ms = at(i + 1);
  }
}

class ScriptedStream final : public RecogniserStream {
 public:
  ScriptedStream(std::vector<ScriptedResult> script, ScriptedFault fault,
                 const StreamOptions& options)
      : script_(std::move(script)), fault_(fault), sample_rate_(options.sample_rate) {
    if (options.before) results_.keep_all();
  }

  Task<> hear(std::vector<Sample> samples) override {
    results_.require_room();
    taken_ += samples.size();
    heard_ = taken_ * sample_rate_hz / static_cast<std::uint64_t>(sample_rate_);
    while (given_ < script_.size() && script_[given_].at_sample <= heard_) give(script_[given_++]);
    co_return;
  }

  Task<> finish() override {
    results_.close();
    co_return;
  }

  Task<std::optional<Recognition>> next() override { return results_.next(); }

 private:
  void give(const ScriptedResult& scripted) {
    if (fault_ == ScriptedFault::stall) return;
    bool is_final = scripted.kind == Kind::final;
    if (is_final && fault_ == ScriptedFault::crash) {
      results_.push(std::unexpected(LostUtterance{.reason = LostUtterance::Reason::crashed,
                                                  .message = "The script says that it crashes.",
                                                  .utterance = utterance_,
                                                  .begin_sample = begin_}));
    } else {
      results_.push(transcript(scripted));
    }
    if (is_final) {
      ++utterance_;
      begin_ = scripted.at_sample;
    }
  }

  Transcript transcript(const ScriptedResult& scripted) const {
    Transcript result{.kind = scripted.kind,
                      .utterance = utterance_,
                      .begin_sample = begin_,
                      .end_sample = scripted.at_sample,
                      .heard_at = Core::here().clock().steady()};
    if (fault_ == ScriptedFault::empty) return result;
    result.text = scripted.text;
    result.words = split_words(scripted.text);
    spread(result.words, begin_, scripted.at_sample);
    if (scripted.kind != Kind::partial) result.stable_words = result.words.size();
    return result;
  }

  std::vector<ScriptedResult> script_;
  ScriptedFault fault_;
  int sample_rate_;
  std::size_t given_ = 0;
  std::uint64_t taken_ = 0;
  std::uint64_t heard_ = 0;
  std::uint64_t utterance_ = 0;
  std::uint64_t begin_ = 0;
  ResultQueue results_;
};

}  // namespace

ScriptedRecogniser::ScriptedRecogniser(std::vector<ScriptedResult> script, ScriptedFault fault)
    : script_(std::move(script)), fault_(fault) {}

RecogniserCapabilities ScriptedRecogniser::capabilities() const {
  return {.languages = {"en"}, .streaming = true, .name = "scripted"};
}

Task<std::unique_ptr<RecogniserStream>> ScriptedRecogniser::open(StreamOptions options) {
  check(options, capabilities());
  if (fault_ == ScriptedFault::unavailable) {
    throw Error(Code::unavailable, "The scripted recogniser is told to be unavailable.");
  }
  co_return std::make_unique<ScriptedStream>(script_, fault_, options);
}

}  // namespace antiphon::speech
