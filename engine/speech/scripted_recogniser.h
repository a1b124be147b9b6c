#pragma once

#include <vector>

#include "engine/speech/recogniser.h"

namespace antiphon::speech {

/// One result of a script.
struct ScriptedResult {
  std::uint64_t at_sample = 0;  ///< given once so much sound was heard
  Transcript::Kind kind = Transcript::Kind::final;
  std::string text;
};

/// How a scripted recogniser misbehaves.
enum class ScriptedFault {
  none,
  unavailable,  ///< cannot be opened
  stall,        ///< takes sound and never gives anything until it is finished
  crash,        ///< every final is a lost utterance
  empty         ///< every final succeeds with no words
};

/// A recogniser that gives the same script to every stream: for tests, and for a first wiring
/// without a model.
class ScriptedRecogniser final : public Recogniser {
 public:
  explicit ScriptedRecogniser(std::vector<ScriptedResult> script,
                              ScriptedFault fault = ScriptedFault::none);

  RecogniserCapabilities capabilities() const override;
  Task<std::unique_ptr<RecogniserStream>> open(StreamOptions options) override;

 private:
  std::vector<ScriptedResult> script_;
  ScriptedFault fault_;
};

}  // namespace antiphon::speech
