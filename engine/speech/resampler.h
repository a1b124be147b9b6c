#pragma once

#include <span>
#include <vector>

#include "engine/speech/recogniser.h"

namespace antiphon::speech {

/// Brings a stream of sound from 8 to 48 kHz to 16 kHz by a windowed sinc that lets nothing pass
/// above half of the lower rate. Delays by `half_width` of its input's samples.
class Resampler {
 public:
  /// @throws Error{Code::invalid} for another rate
  explicit Resampler(int from_hz);

  /// The sound that is complete so far; at 16 kHz the input itself.
  std::vector<Sample> convert(std::vector<Sample> samples);

 private:
  double at(double position) const;

  int from_hz_;
  double cutoff_;              // of the kernel, as a part of half the input's rate
  long half_width_;            // of the kernel, in samples of the input
  std::vector<float> kernel_;  // right half, in fine steps
  std::vector<Sample> history_;
  double position_;  // of the next output in `history_`
};

}  // namespace antiphon::speech
