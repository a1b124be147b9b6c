#include "engine/speech/arrivals.h"

namespace antiphon::speech {
namespace {

// An utterance, its pre-roll and hang-over in pieces of 10 ms; what is older is not asked for.
constexpr std::size_t arrivals_max = 3000;
constexpr std::uint64_t piece_samples = sample_rate_hz / 100;

}  // namespace

void Arrivals::note(std::uint64_t sample, Instant now) {
  // Sound in crumbs must not fill the list: the newest entry grows to a whole piece first.
  if (arrivals_.size() > 1 &&
      arrivals_.back().sample - arrivals_[arrivals_.size() - 2].sample < piece_samples) {
    arrivals_.back() = {sample, now};
  } else {
    arrivals_.push_back({sample, now});
  }
  if (arrivals_.size() > arrivals_max) arrivals_.pop_front();
}

Instant Arrivals::of(std::uint64_t sample) {
  while (arrivals_.size() > 1 && arrivals_.front().sample < sample) arrivals_.pop_front();
  return arrivals_.empty() ? Instant() : arrivals_.front().at;
}

}  // namespace antiphon::speech
