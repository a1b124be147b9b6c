#pragma once

#include <memory>
#include <span>
#include <string>

#include "engine/speech/worker_protocol.h"

namespace antiphon::speech {

/// PocketSphinx with the English model: one utterance at a time, in one of two rungs over the same
/// model. Both decode in one pass while the sound comes; the full one then looks for the best path
/// through the lattice of what it has seen.
class Decoder {
 public:
  /// @throws Error{Code::unavailable} when the model cannot be loaded
  explicit Decoder(const std::string& model_directory);
  ~Decoder();

  void begin(Rung rung);
  void hear(std::span<const Sample> samples);
  void end();

  /// What is understood of the utterance under way, or of the last one.
  Hypothesis hypothesis() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace antiphon::speech
