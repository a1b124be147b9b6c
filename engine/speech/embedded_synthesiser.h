#pragma once

#include <chrono>
#include <set>

#include "engine/speech/synthesiser.h"

namespace antiphon::speech {

struct EmbeddedSynthesiserOptions {
  std::string program = "espeak-ng";          ///< a name in PATH or a path
  std::size_t speaking_max = 8;               ///< texts at a time
  std::chrono::seconds processor_max{20};     ///< for one sentence
  std::size_t memory_bytes_max = 512u << 20;  ///< address space of the program
  std::chrono::milliseconds idle_max{5'000};  ///< without a byte from the program
};

/// espeak-ng as a child program, one for a sentence: its own process group, under limits, killed
/// when the stream is dropped. Japanese is read from kana alone: espeak-ng has no readings of
/// kanji.
class EmbeddedSynthesiser final : public Synthesiser {
 public:
  explicit EmbeddedSynthesiser(EmbeddedSynthesiserOptions options = {});
  ~EmbeddedSynthesiser() override;

  std::string name() const override { return "espeak-ng (embedded)"; }
  Task<std::unique_ptr<SynthesiserStream>> speak(SpeechRequest request) override;

  /// The languages it has voices for, as the program tells them: "en", "en-gb", "sv".
  /// @throws Error{Code::unavailable} when it is not installed
  Task<std::set<std::string>> languages();

 private:
  Task<std::string> voice_of(std::string language);

  EmbeddedSynthesiserOptions options_;
  std::set<std::string> languages_;  ///< empty until they were asked for
  std::shared_ptr<std::size_t> speaking_ = std::make_shared<std::size_t>(0);
};

}  // namespace antiphon::speech
