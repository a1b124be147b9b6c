#pragma once

#include <vector>

#include "engine/speech/recogniser.h"

namespace antiphon::remote_speech {

/// Makes a recogniser that hears whole stretches into one that hears on: the same utterance is
/// heard again and again while it grows, and a word stands firm once two successive hypotheses
/// agree on it and on all before it (LocalAgreement-2: Liu, Spanakis, Niehues, Interspeech 2020;
/// Macháček, Dabre, Bojar, IJCNLP 2023). Words agree whatever their case and punctuation. Pure; for
/// one utterance.
///
/// The embedded recogniser asks for more (speech::Stability): its results come each 100 ms and
/// share their errors. Here each is made anew of all the sound.
class LocalAgreement {
 public:
  struct Told {
    std::vector<speech::Word> words;  ///< the firm ones, then what the newest hypothesis has behind
    std::size_t firm = 0;
  };
  /// What to tell of this newest hypothesis. A firm word stays as it was told, whoever heard the
  /// hypothesis and whatever it says.
  Told hear(std::vector<speech::Word> hypothesis);

 private:
  std::vector<speech::Word> last_;
  std::vector<speech::Word> firm_;
};

}  // namespace antiphon::remote_speech
