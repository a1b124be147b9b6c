#pragma once

#include <vector>

#include "engine/speech/recogniser.h"

namespace antiphon::remote_speech {

/// Brings sound from one rate to another, in pieces, by straight lines between samples: for a voice
/// that goes on in the middle of another one's text, whose listener was told a rate. Of speech that
/// keeps what is below half of the lower rate well enough; music would be heard to suffer.
class RateChange {
 public:
  RateChange(int from_hz, int to_hz) : step_(double(from_hz) / to_hz) {}

  std::vector<speech::Sample> convert(const std::vector<speech::Sample>& samples);

 private:
  double step_;              // of the input for each sample of the output
  double position_ = 0;      // of the next one, counted from `last_`
  speech::Sample last_ = 0;  // of the piece before
};

}  // namespace antiphon::remote_speech
