#include "engine/speech/pause_learner.h"

#include <algorithm>
#include <vector>

namespace antiphon::speech {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds closure_max{100};
constexpr milliseconds break_min{1000};
// The newest pauses count; a speaker who changes is known anew after so many.
constexpr std::size_t pauses_max = 24;
// So many pauses as if of a common speaker stand in front of those that were heard.
constexpr std::size_t assumed_pauses = 6;
// Of ten pauses like those before, eight are shorter than the one taken, and it gets a margin.
constexpr double share = 0.8;
constexpr double pause_margin = 1.3;

milliseconds scale(milliseconds time, double factor) {
  return milliseconds(static_cast<milliseconds::rep>(static_cast<double>(time.count()) * factor));
}

}  // namespace

PauseLearner::PauseLearner(HangOver limits)
    : limits_(limits),
      pauses_(assumed_pauses, scale(limits.first, 1 / pause_margin)),
      hang_over_(std::clamp(limits.first, limits.least, limits.most)) {}

void PauseLearner::hear(milliseconds pause) {
  if (pause <= closure_max || pause >= break_min) return;
  pauses_.push_back(pause);
  if (pauses_.size() > pauses_max) pauses_.pop_front();
  std::vector<milliseconds> sorted(pauses_.begin(), pauses_.end());
  auto place = static_cast<std::ptrdiff_t>(share * static_cast<double>(sorted.size() - 1) + 0.5);
  std::ranges::nth_element(sorted, sorted.begin() + place);
  milliseconds wanted = scale(sorted[static_cast<std::size_t>(place)], pause_margin);
  hang_over_ = std::clamp(wanted, limits_.least, limits_.most);
}

}  // namespace antiphon::speech
