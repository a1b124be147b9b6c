#include "speech/decoder.h"

#include <pocketsphinx.h>
#include <sphinxbase/err.h>
#include <sphinxbase/logmath.h>
#include <time.h>

#include "engine/base/error.h"

namespace antiphon::speech {
namespace {

constexpr std::uint32_t frame_ms = 10;
// The fast rung follows so many states of words in a frame, not 30,000: about 0.55 of the cost.
constexpr long fast_states_max = 2000;
constexpr const char* fast_name = "fast";

struct Free {
  void operator()(ps_decoder_t* decoder) const { ps_free(decoder); }
  void operator()(cmd_ln_t* config) const { cmd_ln_free_r(config); }
};

std::unique_ptr<cmd_ln_t, Free> make_config(const std::string& folder) {
  std::string acoustic = folder + "/en-us", language = folder + "/en-us.lm.bin";
  std::string dictionary = folder + "/cmudict-en-us.dict";
  // Silence is told apart by the server; if the decoder cut it too, word times would shift.
  return std::unique_ptr<cmd_ln_t, Free>(cmd_ln_init(
      nullptr, ps_args(), TRUE, "-hmm", acoustic.c_str(), "-lm", language.c_str(), "-dict",
      dictionary.c_str(), "-fwdflat", "no", "-bestpath", "yes", "-remove_silence", "no", nullptr));
}

// A second search over the same model. It reads the decoder's configuration once, when it is made.
bool add_fast_search(ps_decoder_t* decoder, const std::string& full_name) {
  cmd_ln_t* config = ps_get_config(decoder);
  cmd_ln_set_boolean_r(config, "-bestpath", FALSE);
  cmd_ln_set_int_r(config, "-maxhmmpf", fast_states_max);
  return ps_set_lm(decoder, fast_name, ps_get_lm(decoder, full_name.c_str())) == 0;
}

std::uint64_t processor_us() {
  timespec used{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return static_cast<std::uint64_t>(used.tv_sec) * 1'000'000 +
         static_cast<std::uint64_t>(used.tv_nsec) / 1000;
}

// Silences and noises stand in angle and square brackets.
bool is_spoken(std::string_view word) { return word.front() != '<' && word.front() != '['; }

// Other pronunciations of a word are numbered: "the(2)".
std::string_view without_variant(std::string_view word) {
  return word.ends_with(')') ? word.substr(0, word.rfind('(')) : word;
}

// How sure the lattice is of a word, 0 to 1.
double posterior(ps_decoder_t* decoder, ps_seg_t* segment) {
  int acoustic = 0, language = 0, back_off = 0;
  int probability = ps_seg_prob(segment, &acoustic, &language, &back_off);
  return logmath_exp(ps_get_logmath(decoder), probability);
}

}  // namespace

struct Decoder::State {
  std::unique_ptr<ps_decoder_t, Free> decoder;
  std::string full_name;  // of the search
  std::uint32_t heard_samples = 0;
  std::uint64_t begun_at_us = 0;  // of the process's processor time
  Rung rung = Rung::full;
  bool has_ended = false;
};

Decoder::Decoder(const std::string& model_directory) : state_(std::make_unique<State>()) {
  err_set_logfp(nullptr);
  auto config = make_config(model_directory);
  // The decoder keeps its own reference to the configuration.
  if (config) state_->decoder.reset(ps_init(config.get()));
  ps_decoder_t* decoder = state_->decoder.get();
  if (decoder) state_->full_name = ps_get_search(decoder);
  if (!decoder || !add_fast_search(decoder, state_->full_name)) {
    throw Error(Code::unavailable,
                fmt::format("PocketSphinx cannot load the model in {}.", model_directory));
  }
}

Decoder::~Decoder() = default;

void Decoder::begin(Rung rung) {
  state_->rung = rung;
  state_->has_ended = false;
  state_->heard_samples = 0;
  state_->begun_at_us = processor_us();
  ps_set_search(state_->decoder.get(), rung == Rung::full ? state_->full_name.c_str() : fast_name);
  ps_start_utt(state_->decoder.get());
}

void Decoder::hear(std::span<const Sample> samples) {
  state_->heard_samples += static_cast<std::uint32_t>(samples.size());
  ps_process_raw(state_->decoder.get(), samples.data(), samples.size(), FALSE, FALSE);
}

void Decoder::end() {
  ps_end_utt(state_->decoder.get());
  state_->has_ended = true;
}

Hypothesis Decoder::hypothesis() const {
  Hypothesis result{.heard_samples = state_->heard_samples};
  bool knows_confidence = state_->has_ended && state_->rung == Rung::full;
  // PocketSphinx counts frames over all utterances; the first segment begins with the utterance.
  std::optional<int> origin;
  for (auto* segment = ps_seg_iter(state_->decoder.get()); segment;
       segment = ps_seg_next(segment)) {
    int first = 0, last = 0;
    ps_seg_frames(segment, &first, &last);
    if (!origin) origin = first;
    std::string_view word = ps_seg_word(segment);
    if (word.empty() || !is_spoken(word)) continue;
    std::optional<double> confidence;
    if (knows_confidence) confidence = posterior(state_->decoder.get(), segment);
    result.words.push_back({.text = std::string(without_variant(word)),
                            .start_ms = static_cast<std::uint32_t>(first - *origin) * frame_ms,
                            .end_ms = static_cast<std::uint32_t>(last + 1 - *origin) * frame_ms,
                            .confidence = confidence});
  }
  result.processor_us = static_cast<std::uint32_t>(processor_us() - state_->begun_at_us);
  return result;
}

}  // namespace antiphon::speech
