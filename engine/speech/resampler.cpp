#include "engine/speech/resampler.h"

#include <cmath>
#include <numbers>

#include "engine/base/error.h"

namespace antiphon::speech {
namespace {

constexpr int zero_crossings = 16;  // on each side: about 70 dB of what would alias is gone
constexpr int steps_per_sample = 256;
// The kernel's slope ends at half the lower rate, not around it.
constexpr double band_share = 0.92;

double sinc(double x) {
  return x == 0 ? 1 : std::sin(std::numbers::pi * x) / (std::numbers::pi * x);
}

// Blackman's window over -1 to 1.
double window(double x) {
  return 0.42 + 0.5 * std::cos(std::numbers::pi * x) + 0.08 * std::cos(2 * std::numbers::pi * x);
}

}  // namespace

Resampler::Resampler(int from_hz)
    : from_hz_(from_hz),
      cutoff_(band_share * std::min(1.0, static_cast<double>(sample_rate_hz) / from_hz)),
      half_width_(std::lround(std::ceil(zero_crossings / cutoff_))),
      history_(static_cast<std::size_t>(half_width_)),
      position_(static_cast<double>(half_width_)) {
  if (from_hz < sample_rate_hz_min || from_hz > sample_rate_hz_max) {
    throw Error(Code::invalid,
                fmt::format("A sample rate of {} Hz is not handled; {} to {} Hz are.", from_hz,
                            sample_rate_hz_min, sample_rate_hz_max));
  }
  for (long step = 0; step <= half_width_ * steps_per_sample; ++step) {
    double x = static_cast<double>(step) / steps_per_sample;
    double value = cutoff_ * sinc(cutoff_ * x) * window(x / static_cast<double>(half_width_));
    kernel_.push_back(static_cast<float>(value));
  }
}

double Resampler::at(double position) const {
  long middle = std::lround(std::floor(position));
  double sum = 0;
  for (long i = middle - half_width_ + 1; i <= middle + half_width_; ++i) {
    double distance = std::abs(position - static_cast<double>(i));
    auto step = static_cast<std::size_t>(std::lround(distance * steps_per_sample));
    sum += kernel_[step] * history_[static_cast<std::size_t>(i)];
  }
  return sum;
}

std::vector<Sample> Resampler::convert(std::vector<Sample> samples) {
  if (from_hz_ == sample_rate_hz) return samples;
  history_.insert(history_.end(), samples.begin(), samples.end());
  std::vector<Sample> result;
  double step = static_cast<double>(from_hz_) / sample_rate_hz;
  auto ready = static_cast<double>(history_.size()) - static_cast<double>(half_width_) - 1;
  for (; position_ < ready; position_ += step) {
    result.push_back(static_cast<Sample>(std::clamp(std::round(at(position_)), -32768.0, 32767.0)));
  }
  long done = std::lround(std::floor(position_)) - half_width_;
  if (done > 0) {
    history_.erase(history_.begin(), history_.begin() + done);
    position_ -= static_cast<double>(done);
  }
  return result;
}

}  // namespace antiphon::speech
