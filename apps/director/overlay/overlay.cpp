#include "apps/director/overlay/overlay.h"

#include <algorithm>

namespace antiphon::director {
namespace {

bool shown_lately(const OverlayState& state, const OverlayRules& rules, const std::string& asset_id,
                  Instant now) {
  return std::any_of(state.recent.begin(), state.recent.end(), [&](const auto& shown) {
    return shown.asset_id == asset_id && now - shown.since < rules.repeat_window;
  });
}

}  // namespace

Decision choose_overlay(const OverlayState& state, const OverlayRules& rules,
                        std::span<const Candidate> candidates, Instant heard_at, Instant now) {
  if (state.paused) return {Verdict::paused, {}};
  if (candidates.empty()) return {Verdict::nothing_fits, {}};
  if (candidates.front().confidence < rules.confidence_min) return {Verdict::unsure, {}};
  if (now - heard_at > rules.late_after) return {Verdict::late, {}};
  // What is on screen already and still fits best stays: cutting to it again would flicker.
  if (state.current && state.current->asset_id == candidates.front().asset_id) {
    return {Verdict::same, {}};
  }
  if (state.current && now < hold_over(state, rules)) return {Verdict::held, {}};
  for (const Candidate& candidate : candidates) {
    if (candidate.confidence < rules.confidence_min) break;
    if (!shown_lately(state, rules, candidate.asset_id, now)) return {Verdict::shown, candidate};
  }
  return {Verdict::repeated, {}};
}

Instant hold_over(const OverlayState& state, const OverlayRules& rules) {
  return state.current ? state.current->since + rules.show_min : Instant::min();
}

OverlayState after_showing(OverlayState state, const OverlayRules& rules, std::string asset_id,
                           Instant now) {
  while (!state.recent.empty() && now - state.recent.front().since >= rules.repeat_window) {
    state.recent.pop_front();
  }
  state.current = OverlayState::Shown{asset_id, now};
  state.recent.push_back({std::move(asset_id), now});
  return state;
}

}  // namespace antiphon::director
