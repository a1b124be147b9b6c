#pragma once

#include <vector>

#include "engine/speech/synthesiser.h"

namespace antiphon::remote_speech {

/// Several synthesisers as one. A text is said sentence by sentence by the first of them that can;
/// when one fails, the next one goes on with the sentence under way, from its beginning, and with
/// the rest. So no sentence is missing; of the one that was cut, the listener hears the beginning
/// again (`sentence` stays, `text` comes again). All of a text has the rate of its first sound.
/// Belongs to one core.
class FailoverSynthesiser final : public speech::Synthesiser {
 public:
  /// @param synthesisers  at least one, in the order in which they are asked
  explicit FailoverSynthesiser(std::vector<std::shared_ptr<speech::Synthesiser>> synthesisers);

  std::string name() const override;
  /// @throws what the last one throws, when none can begin
  Task<std::unique_ptr<speech::SynthesiserStream>> speak(speech::SpeechRequest request) override;

 private:
  std::vector<std::shared_ptr<speech::Synthesiser>> synthesisers_;
};

}  // namespace antiphon::remote_speech
