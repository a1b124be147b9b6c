#pragma once

#include <sys/types.h>

#include "engine/metrics/registry.h"
#include "engine/speech/recogniser.h"

namespace antiphon::speech {

struct EmbeddedOptions {
  std::string program;  ///< path of antiphon-speech; empty: beside the running program
  std::string model_directory = "/usr/share/pocketsphinx/model/en-us";
  std::size_t streams_max = 16;          ///< open at once: about what two cores decode in real time
  std::chrono::seconds answer_max{10};   ///< without an answer a worker counts as stalled
  metrics::Registry* metrics = nullptr;  ///< outlives it; null: nothing is counted
};

class SpeechProgram;

/// English speech to text with PocketSphinx in worker processes. Each stream has a worker of its
/// own; one that crashes or stalls costs the utterance under way and is replaced. Belongs to one
/// core.
class EmbeddedRecogniser final : public Recogniser {
 public:
  explicit EmbeddedRecogniser(EmbeddedOptions options = {});
  ~EmbeddedRecogniser() override;

  /// Why English speech cannot be recognised here and what would help, for the log at start;
  /// nothing when a worker answers.
  Task<std::optional<std::string>> check();

  /// Process id of antiphon-speech, for operations; 0 while it does not run.
  pid_t program_pid() const;

  RecogniserCapabilities capabilities() const override;
  Task<std::unique_ptr<RecogniserStream>> open(StreamOptions options) override;

 private:
  std::shared_ptr<SpeechProgram> program_;
};

}  // namespace antiphon::speech
