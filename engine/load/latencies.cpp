#include "engine/load/latencies.h"

#include <algorithm>
#include <cmath>

namespace antiphon::load {
namespace {

constexpr double growth = 1.01;
constexpr double smallest_ms = 0.001;

// The bucket whose upper bound is the smallest that is not below.
int bucket_of(double ms) {
  return static_cast<int>(
      std::ceil(std::log(std::max(ms, smallest_ms) / smallest_ms) / std::log(growth)));
}

double upper_bound_ms(int bucket) { return smallest_ms * std::pow(growth, bucket); }

}  // namespace

void Latencies::add(Duration took) {
  double ms = std::chrono::duration<double, std::milli>(took).count();
  ++counts_[bucket_of(ms)];
  ++count_;
  max_ms_ = std::max(max_ms_, ms);
}

void Latencies::add(const Latencies& others) {
  for (const auto& [bucket, count] : others.counts_) counts_[bucket] += count;
  count_ += others.count_;
  max_ms_ = std::max(max_ms_, others.max_ms_);
}

double Latencies::quantile_ms(double quantile) const {
  auto rank = std::max<std::int64_t>(
      1, static_cast<std::int64_t>(std::ceil(quantile * static_cast<double>(count_))));
  std::int64_t seen = 0;
  for (const auto& [bucket, count] : counts_) {
    seen += count;
    if (seen >= rank) return std::min(upper_bound_ms(bucket), max_ms_);
  }
  return 0;
}

}  // namespace antiphon::load
