#pragma once

#include <chrono>
#include <deque>

namespace antiphon::speech {

/// How long a silence is that ends an utterance.
struct HangOver {
  std::chrono::milliseconds first{500};  ///< before anything is known of the speaker
  std::chrono::milliseconds least{300};
  std::chrono::milliseconds most{900};
};

/// Learns one speaker's pauses: who hesitates in mid-sentence is not cut off, and who does not is
/// answered sooner. Pure: what it gives follows from the pauses alone.
class PauseLearner {
 public:
  explicit PauseLearner(HangOver limits = {});

  /// The speaker was silent for so long and then went on. What is no pause within talk teaches
  /// nothing: the closure of a consonant, or a break of more than a second.
  void hear(std::chrono::milliseconds pause);

  /// So much silence ends an utterance now; always within the limits.
  std::chrono::milliseconds hang_over() const { return hang_over_; }

 private:
  HangOver limits_;
  std::deque<std::chrono::milliseconds> pauses_;  ///< the newest, in their order
  std::chrono::milliseconds hang_over_;
};

}  // namespace antiphon::speech
