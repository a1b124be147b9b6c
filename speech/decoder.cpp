#include "speech/decoder.h"

#include <pocketsphinx.h>
#include <sphinxbase/err.h>

#include "engine/base/error.h"

namespace antiphon::speech {
namespace {

constexpr std::uint32_t frame_ms = 10;

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
      dictionary.c_str(), "-fwdflat", "no", "-bestpath", "no", "-remove_silence", "no", nullptr));
}

// Silences and noises stand in angle and square brackets.
bool is_spoken(std::string_view word) { return word.front() != '<' && word.front() != '['; }

// Other pronunciations of a word are numbered: "the(2)".
std::string_view without_variant(std::string_view word) {
  return word.ends_with(')') ? word.substr(0, word.rfind('(')) : word;
}

}  // namespace

struct Decoder::State {
  std::unique_ptr<ps_decoder_t, Free> decoder;
  std::uint32_t heard_samples = 0;
};

Decoder::Decoder(const std::string& model_directory) : state_(std::make_unique<State>()) {
  err_set_logfp(nullptr);
  auto config = make_config(model_directory);
  // The decoder keeps its own reference to the configuration.
  if (config) state_->decoder.reset(ps_init(config.get()));
  if (!state_->decoder) {
    throw Error(Code::unavailable,
                fmt::format("PocketSphinx cannot load the model in {}.", model_directory));
  }
}

Decoder::~Decoder() = default;

void Decoder::begin() {
  state_->heard_samples = 0;
  ps_start_utt(state_->decoder.get());
}

void Decoder::hear(std::span<const Sample> samples) {
  state_->heard_samples += static_cast<std::uint32_t>(samples.size());
  ps_process_raw(state_->decoder.get(), samples.data(), samples.size(), FALSE, FALSE);
}

void Decoder::end() { ps_end_utt(state_->decoder.get()); }

Hypothesis Decoder::hypothesis() const {
  Hypothesis result{.heard_samples = state_->heard_samples};
  // PocketSphinx counts frames over all utterances; the first segment begins with the utterance.
  std::optional<int> origin;
  for (auto* segment = ps_seg_iter(state_->decoder.get()); segment;
       segment = ps_seg_next(segment)) {
    int first = 0, last = 0;
    ps_seg_frames(segment, &first, &last);
    if (!origin) origin = first;
    std::string_view word = ps_seg_word(segment);
    if (word.empty() || !is_spoken(word)) continue;
    result.words.push_back({.text = std::string(without_variant(word)),
                            .start_ms = static_cast<std::uint32_t>(first - *origin) * frame_ms,
                            .end_ms = static_cast<std::uint32_t>(last + 1 - *origin) * frame_ms});
  }
  return result;
}

}  // namespace antiphon::speech
