#include "engine/remote_speech/synthesiser_settings.h"

#include <algorithm>

namespace antiphon::remote_speech {
namespace {

constexpr std::size_t openai_voices_at_once = 8;
constexpr std::size_t style_bert_characters = 100;  // its configuration's `server.limit`
constexpr std::string_view style_bert_languages[] = {"ja", "en", "zh"};

void refuse_openai_options(const SynthesiserSettings& settings, std::string_view at,
                           std::vector<FieldError>& faults) {
  if (settings.style.empty()) return;
  faults.push_back(lacks(at, "style", "openai", "instructions say how it is to speak"));
}

void refuse_style_bert_options(const SynthesiserSettings& settings, std::string_view at,
                               std::vector<FieldError>& faults) {
  constexpr std::string_view kind = "styleBertVits2";
  SynthesiserSettings usual;
  if (!settings.api_key.empty()) {
    faults.push_back(lacks(at, "apiKey", kind, "it asks nobody who they are"));
  }
  if (!settings.instructions.empty()) {
    faults.push_back(lacks(at, "instructions", kind, "style says how it is to speak"));
  }
  if (settings.form != usual.form) {
    faults.push_back(lacks(at, "form", kind, "it answers with a WAV file"));
  }
  if (settings.sample_rate != usual.sample_rate) {
    faults.push_back(lacks(at, "sampleRate", kind, "its WAV file says what it is"));
  }
  for (std::size_t i = 0; i < settings.languages.size(); ++i) {
    if (std::ranges::count(style_bert_languages, settings.languages[i]) > 0) continue;
    faults.push_back(
        {fmt::format("{}/languages/{}", at, i), "unsupported",
         fmt::format("Style-Bert-VITS2 speaks ja, en and zh, not \"{}\".", settings.languages[i])});
  }
}

}  // namespace

std::size_t SynthesiserSettings::at_once() const {
  if (concurrency > 0) return static_cast<std::size_t>(concurrency);
  return kind == SynthesiserKind::openai ? openai_voices_at_once : 1;
}

std::size_t SynthesiserSettings::characters_of_request() const {
  if (sentence_characters > 0) return static_cast<std::size_t>(sentence_characters);
  return kind == SynthesiserKind::style_bert_vits2 ? style_bert_characters : 0;
}

std::vector<FieldError> find_faults(const SynthesiserSettings& settings, std::string_view at) {
  std::vector<FieldError> faults;
  check_url(settings.url, at, faults);
  if (settings.kind == SynthesiserKind::openai) {
    refuse_openai_options(settings, at, faults);
  } else {
    refuse_style_bert_options(settings, at, faults);
  }
  return faults;
}

}  // namespace antiphon::remote_speech
