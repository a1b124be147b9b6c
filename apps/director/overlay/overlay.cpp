#include "apps/director/overlay/overlay.h"

#include <algorithm>
#include <ranges>

namespace antiphon::director {
namespace {

bool shown_lately(const OverlayState& state, const OverlayRules& rules, const std::string& asset_id,
                  Instant now) {
  return std::any_of(state.recent.begin(), state.recent.end(), [&](const auto& shown) {
    return shown.asset_id == asset_id && now - shown.since < rules.repeat_window;
  });
}

// The clip on screen is about the same, and has not been there for long.
bool cools_down(const OverlayState& state, const OverlayRules& rules, const Candidate& best,
                Instant now) {
  return state.current && !best.topic.empty() && best.topic == state.current->topic &&
         now - state.current->since < rules.cool_down;
}

bool has(const OverlayState::Waiting& waiting, const std::string& asset_id) {
  return std::ranges::find(waiting.asset_ids, asset_id) != waiting.asset_ids.end();
}

bool waits(const OverlayState& state, const std::string& asset_id, Instant now) {
  return std::any_of(state.waiting.begin(), state.waiting.end(), [&](const auto& waiting) {
    return now < waiting.until && has(waiting, asset_id);
  });
}

double between(double from, double to, double share) { return from + (to - from) * share; }

}  // namespace

OverlayRules with_coverage(OverlayRules rules, double coverage) {
  constexpr double least_confidence = 0.75;
  constexpr Duration least_pause = std::chrono::seconds(20);
  if (coverage < 0.5) {
    double share = 1 - 2 * coverage;
    rules.confidence_min = between(rules.confidence_min, least_confidence, share);
    rules.show_min += std::chrono::duration_cast<Duration>((least_pause - rules.show_min) * share);
  } else {
    rules.confidence_min *= between(1, 0.5, 2 * coverage - 1);
  }
  return rules;
}

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
  // A choice that waits flickers with nothing; the creator decides when it comes.
  bool is_asked = state.mode == Mode::approve;
  if (!is_asked && state.current && now < hold_over(state, rules)) return {Verdict::held, {}};
  if (!is_asked && cools_down(state, rules, candidates.front(), now)) return {Verdict::cooling, {}};
  for (const Candidate& candidate : candidates) {
    if (candidate.confidence < rules.confidence_min) break;
    if (shown_lately(state, rules, candidate.asset_id, now)) continue;
    if (!is_asked) return {Verdict::shown, candidate};
    if (waits(state, candidate.asset_id, now)) return {Verdict::waiting, {}};
    return {Verdict::proposed, candidate};
  }
  return {Verdict::repeated, {}};
}

Instant hold_over(const OverlayState& state, const OverlayRules& rules) {
  return state.current ? state.current->since + rules.show_min : Instant::min();
}

OverlayState after_showing(OverlayState state, const OverlayRules& rules,
                           OverlayState::Shown shown) {
  while (!state.recent.empty() && shown.since - state.recent.front().since >= rules.repeat_window) {
    state.recent.pop_front();
  }
  state.current = shown;
  state.recent.push_back(std::move(shown));
  return state;
}

OverlayState after_proposing(OverlayState state, const OverlayRules& rules, std::int64_t id,
                             std::vector<std::string> asset_ids, Instant now) {
  std::erase_if(state.waiting, [&](const auto& waiting) { return now >= waiting.until; });
  if (state.waiting.size() == OverlayState::waiting_max) state.waiting.pop_front();
  state.waiting.push_back({id, std::move(asset_ids), now + rules.approve_within});
  return state;
}

std::optional<Approved> decide_approval(const OverlayState& state, const Approval& approval,
                                        Instant now) {
  for (const auto& waiting : state.waiting | std::views::reverse) {
    if (now >= waiting.until || approval.id.value_or(waiting.id) != waiting.id) continue;
    std::string asset_id = approval.asset_id.value_or(waiting.asset_ids.front());
    if (has(waiting, asset_id)) return Approved{waiting.id, asset_id};
  }
  return std::nullopt;
}

OverlayState after_answering(OverlayState state, std::int64_t id) {
  std::erase_if(state.waiting, [&](const auto& waiting) { return waiting.id == id; });
  return state;
}

}  // namespace antiphon::director
