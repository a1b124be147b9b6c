#pragma once

#include <chrono>
#include <memory>
#include <span>
#include <variant>
#include <vector>

#include "engine/speech/pause_learner.h"
#include "engine/speech/recogniser.h"

namespace antiphon::speech {

/// Somebody began to speak. The pre-roll is part of the utterance.
struct UtteranceBegan {
  std::uint64_t begin_sample = 0;  ///< in the stream at 16 kHz
};
/// Sound of the utterance under way, without gaps.
struct UtteranceSound {
  std::vector<Sample> samples;
};
/// The utterance is over.
struct UtteranceEnded {
  std::uint64_t end_sample = 0;
  bool cut = false;  ///< the speaker went on, but the utterance was at its longest
};
using VoiceEvent = std::variant<UtteranceBegan, UtteranceSound, UtteranceEnded>;

struct VoiceActivityOptions {
  std::chrono::milliseconds pre_roll{300};  ///< sound kept from before the first voice
  HangOver hang_over;                       ///< silence that ends an utterance, as it is learnt
  std::chrono::milliseconds utterance_max{20'000};
};

/// Finds the utterances in a stream of sound at 16 kHz: a detector of voice in frames of 10 ms
/// (WebRTC's, at its least eager) above a floor of energy. Costs 0.05 % of a core for each stream.
/// It learns the speaker's pauses on the way (PauseLearner).
class VoiceActivity {
 public:
  explicit VoiceActivity(VoiceActivityOptions options = {});
  VoiceActivity(VoiceActivity&&) noexcept;
  ~VoiceActivity();

  /// What the sound brought, in order. An incomplete frame waits for the next call.
  std::vector<VoiceEvent> hear(std::span<const Sample> samples);

  /// The sound is over: ends the utterance under way.
  std::vector<VoiceEvent> finish();

  bool speaking() const;
  /// So much silence ends an utterance now.
  std::chrono::milliseconds hang_over() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace antiphon::speech
