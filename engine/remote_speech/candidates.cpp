#include "engine/remote_speech/candidates.h"

#include <algorithm>

namespace antiphon::remote_speech {

Candidates::Candidates(const std::vector<std::shared_ptr<Transcriber>>& transcribers,
                       const std::string& language, Duration avoid_time)
    : avoid_time_(avoid_time) {
  for (const auto& transcriber : transcribers) {
    if (std::ranges::count(transcriber->info().languages, language) == 0) continue;
    all_.push_back({.transcriber = transcriber, .ear = transcriber->listen(language)});
  }
}

std::vector<Candidate*> Candidates::in_order(Instant now) {
  std::vector<Candidate*> order;
  std::vector<Candidate*> avoided;
  for (Candidate& candidate : all_) {
    if (candidate.transcriber->is_out(now)) continue;
    (is_avoided(candidate, now) ? avoided : order).push_back(&candidate);
  }
  order.insert(order.end(), avoided.begin(), avoided.end());
  return order;
}

bool Candidates::is_avoided(const Candidate& candidate, Instant now) const {
  return candidate.failed_at && now < *candidate.failed_at + avoid_time_;
}

}  // namespace antiphon::remote_speech
