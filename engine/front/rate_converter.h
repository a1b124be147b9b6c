#pragma once

#include <cstdint>
#include <vector>

#include "engine/speech/recogniser.h"

namespace antiphon::front {

/// Brings sound to a higher rate, or to one that is not much lower, by cubic interpolation
/// (Catmull-Rom): good for speech, whose upper octave is faint. Sound comes in pieces of any
/// length.
class RateConverter {
 public:
  RateConverter(int from_hz, int to_hz) : from_hz_(from_hz), to_hz_(to_hz) {}

  std::vector<speech::Sample> convert(const std::vector<speech::Sample>& samples);
  /// What is left when no more comes.
  std::vector<speech::Sample> finish();

 private:
  double at(std::int64_t sample) const;
  std::vector<speech::Sample> take(std::int64_t samples_known);

  std::int64_t from_hz_;
  std::int64_t to_hz_;
  std::int64_t given_ = 0;  // samples that went out
  std::int64_t begin_ = 0;  // number of the first that is held
  std::vector<speech::Sample> held_ = {};
};

}  // namespace antiphon::front
