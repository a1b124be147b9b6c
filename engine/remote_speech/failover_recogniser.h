#pragma once

#include "engine/metrics/registry.h"
#include "engine/remote_speech/pursuit.h"
#include "engine/speech/voice_activity.h"

namespace antiphon::remote_speech {

/// Utterances of a stream that wait for the one before them; then no more sound is taken.
inline constexpr std::size_t utterances_waiting_max = 8;

struct FailoverOptions {
  PursuitLimits limits = {};
  Duration avoid_time = std::chrono::seconds(15);  ///< Candidates
  speech::VoiceActivityOptions voice = {};
  metrics::Registry* metrics = nullptr;  ///< outlives it; null: nothing is counted
};

/// Several transcribers as one recogniser that hears while somebody speaks. Voice activity of its
/// own finds the utterances; each goes to the first transcriber of the list that knows the language
/// and is well, and from one that fails to the next. Belongs to one core.
class FailoverRecogniser final : public speech::Recogniser {
 public:
  /// @param transcribers  at least one, in the order in which they are asked
  explicit FailoverRecogniser(std::vector<std::shared_ptr<Transcriber>> transcribers,
                              FailoverOptions options = {});

  speech::RecogniserCapabilities capabilities() const override;
  Task<std::unique_ptr<speech::RecogniserStream>> open(speech::StreamOptions options) override;

 private:
  std::vector<std::shared_ptr<Transcriber>> transcribers_;
  FailoverOptions options_;
};

}  // namespace antiphon::remote_speech
