#pragma once

#include <sys/types.h>

#include "engine/speech/embedded_options.h"
#include "engine/speech/recogniser.h"

namespace antiphon::speech {

class SpeechCounters;
class SpeechProgram;

/// English speech to text with PocketSphinx in worker processes. Each stream has a worker of its
/// own; one that crashes or stalls costs the utterance under way and is replaced. Belongs to one
/// core; the program with the model, and what of the machine recognition may take, are shared with
/// the other cores.
class EmbeddedRecogniser final : public Recogniser {
 public:
  /// @param program  of the process; its options say what is counted where
  explicit EmbeddedRecogniser(std::shared_ptr<SpeechProgram> program);
  /// With a program of its own.
  explicit EmbeddedRecogniser(EmbeddedOptions options = {});
  ~EmbeddedRecogniser() override;

  /// Why English speech cannot be recognised here and what would help, for the log at start;
  /// nothing when a worker answers. Measures on the way what a stream costs on this machine.
  Task<std::optional<std::string>> check();

  /// Process id of antiphon-speech, for operations; 0 while it does not run.
  pid_t program_pid() const;

  RecogniserCapabilities capabilities() const override;
  /// @throws Error{Code::unavailable} also when another stream would cost too much (Capacity)
  Task<std::unique_ptr<RecogniserStream>> open(StreamOptions options) override;

 private:
  std::shared_ptr<SpeechProgram> program_;
  std::shared_ptr<SpeechCounters> counters_;
};

}  // namespace antiphon::speech
