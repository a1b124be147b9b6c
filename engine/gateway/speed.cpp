#include "engine/gateway/speed.h"

#include <algorithm>
#include <cmath>

namespace antiphon::gateway {
namespace {

double in_seconds(Duration time) { return std::chrono::duration<double>(time).count(); }

void move_average(std::optional<double>& average, double sample) {
  average = average ? *average + Speed::share_of_newest * (sample - *average) : sample;
}

}  // namespace

void Speed::add(const AnswerTimes& times) {
  if (times.is_cold) {
    ++cold_starts_;
    return;
  }
  move_average(first_token_s_, in_seconds(times.first_token));
  move_average(total_s_, in_seconds(times.total));
  if (times.tokens_out > 1) {
    auto further = static_cast<double>(times.tokens_out - 1);
    move_average(token_s_, in_seconds(times.total - times.first_token) / further);
  }
  samples_[sampled_++ % samples_kept] = times.first_token;
}

std::optional<Duration> Speed::first_token_p95() const {
  if (sampled_ < samples_least) return std::nullopt;
  std::size_t count = std::min(sampled_, samples_kept);
  auto sorted = samples_;
  // Nearest rank: the smallest sample that 95 of 100 do not exceed.
  auto rank = static_cast<std::size_t>(std::ceil(0.95 * static_cast<double>(count))) - 1;
  auto at = sorted.begin() + static_cast<std::ptrdiff_t>(rank);
  std::nth_element(sorted.begin(), at, sorted.begin() + static_cast<std::ptrdiff_t>(count));
  return *at;
}

std::optional<Duration> Speed::as_duration(std::optional<double> seconds) {
  if (!seconds) return std::nullopt;
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(*seconds));
}

}  // namespace antiphon::gateway
