#pragma once

#include <deque>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/base/clock.h"

namespace antiphon::director {

/// A clip that could be shown.
struct Candidate {
  std::string asset_id;
  double confidence = 0;  ///< in [0, 1], as the search gives it
};

/// What the policy holds to. Defaults are what a take starts with.
struct OverlayRules {
  double confidence_min = 0.30;          ///< below it nothing is shown
  std::size_t partial_concepts_min = 2;  ///< content words before words that go on are acted on
  Duration show_min = std::chrono::seconds(2);            ///< a clip stays at least this long
  Duration repeat_window = std::chrono::seconds(60);      ///< a clip does not come back within this
  Duration late_after = std::chrono::milliseconds(2500);  ///< after the word; then it is dropped
};

/// What has been shown so far.
struct OverlayState {
  struct Shown {
    std::string asset_id;
    Instant since;
  };
  std::optional<Shown> current;
  std::deque<Shown> recent;  ///< within the repeat window, oldest first
  bool paused = false;
};

/// Why a clip was shown, or none was.
enum class Verdict {
  shown,
  nothing_fits,
  unsure,
  same,
  held,
  repeated,
  late,
  paused,
  overtaken,  ///< newer words were under way already
};

struct Decision {
  Verdict verdict = Verdict::nothing_fits;
  std::optional<Candidate> show;  ///< set exactly when the verdict is `shown`
};

/// Chooses what comes on screen for words heard at `heard_at`. Pure.
/// @param candidates  best first
Decision choose_overlay(const OverlayState& state, const OverlayRules& rules,
                        std::span<const Candidate> candidates, Instant heard_at, Instant now);

/// When a decision that was `held` may be made again.
Instant hold_over(const OverlayState& state, const OverlayRules& rules);

/// The state after `asset_id` came on screen at `now`, chosen by the policy or by the creator.
OverlayState after_showing(OverlayState state, const OverlayRules& rules, std::string asset_id,
                           Instant now);

}  // namespace antiphon::director
