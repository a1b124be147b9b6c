#pragma once

#include <memory>
#include <span>
#include <string>

#include "engine/speech/worker_protocol.h"

namespace antiphon::speech {

/// PocketSphinx with the English model: one utterance at a time, one pass. Its second and third
/// pass cost 90 ms at the end of each utterance and change no partial.
class Decoder {
 public:
  /// @throws Error{Code::unavailable} when the model cannot be loaded
  explicit Decoder(const std::string& model_directory);
  ~Decoder();

  void begin();
  void hear(std::span<const Sample> samples);
  void end();

  /// What is understood of the utterance under way, or of the last one.
  Hypothesis hypothesis() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace antiphon::speech
