#include "engine/front/rate_converter.h"

#include <algorithm>
#include <cmath>

namespace antiphon::front {
namespace {

constexpr std::int64_t reach = 2;  // samples behind the place that a value is made of

}  // namespace

// Before the beginning and behind the end stands the nearest sample.
double RateConverter::at(std::int64_t sample) const {
  auto last = static_cast<std::int64_t>(held_.size()) - 1;
  return held_[static_cast<std::size_t>(std::clamp<std::int64_t>(sample - begin_, 0, last))];
}

std::vector<speech::Sample> RateConverter::take(std::int64_t samples_known) {
  std::vector<speech::Sample> out;
  for (;; ++given_) {
    std::int64_t place = given_ * from_hz_ / to_hz_;
    if (place + reach >= samples_known) break;
    double part = static_cast<double>(given_ * from_hz_ % to_hz_) / static_cast<double>(to_hz_);
    double a = at(place - 1);
    double b = at(place);
    double c = at(place + 1);
    double d = at(place + 2);
    double value =
        b +
        0.5 * part * (c - a + part * (2 * a - 5 * b + 4 * c - d + part * (3 * (b - c) + d - a)));
    out.push_back(static_cast<speech::Sample>(std::clamp(std::lround(value), -32768L, 32767L)));
  }
  std::int64_t needed = std::max<std::int64_t>(given_ * from_hz_ / to_hz_ - 1, begin_);
  std::int64_t held = begin_ + static_cast<std::int64_t>(held_.size());
  std::int64_t dropped = std::min(needed, held - 1) - begin_;
  if (dropped > 0) held_.erase(held_.begin(), held_.begin() + dropped), begin_ += dropped;
  return out;
}

std::vector<speech::Sample> RateConverter::convert(const std::vector<speech::Sample>& samples) {
  held_.insert(held_.end(), samples.begin(), samples.end());
  return held_.empty() ? std::vector<speech::Sample>()
                       : take(begin_ + static_cast<std::int64_t>(held_.size()));
}

std::vector<speech::Sample> RateConverter::finish() {
  return held_.empty() ? std::vector<speech::Sample>()
                       : take(begin_ + static_cast<std::int64_t>(held_.size()) + reach);
}

}  // namespace antiphon::front
