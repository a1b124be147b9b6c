#include "engine/remote_speech/rate_change.h"

#include <cmath>

namespace antiphon::remote_speech {

std::vector<speech::Sample> RateChange::convert(const std::vector<speech::Sample>& samples) {
  if (samples.empty()) return {};
  // Sample 0 is the last one of the piece before, so that lines go on across pieces.
  auto at = [&](std::size_t index) { return double(index == 0 ? last_ : samples[index - 1]); };
  std::vector<speech::Sample> out;
  auto count = static_cast<double>(samples.size());
  for (; position_ < count; position_ += step_) {
    auto left = static_cast<std::size_t>(position_);
    double part = position_ - static_cast<double>(left);
    double value = at(left) + (at(left + 1) - at(left)) * part;
    out.push_back(static_cast<speech::Sample>(std::lround(value)));
  }
  position_ -= count;
  last_ = samples.back();
  return out;
}

}  // namespace antiphon::remote_speech
