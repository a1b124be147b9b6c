#pragma once

#include <deque>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/base/clock.h"
#include "engine/search/document.h"

namespace antiphon::director {

/// A clip that could be shown.
struct Candidate {
  std::string asset_id;
  double confidence = 0;   ///< in [0, 1], as the search gives it
  std::string topic = {};  ///< what it is about; "" where nobody says
};

/// Who has the last word about a choice (D-7).
enum class Mode {
  automatic,  ///< a choice comes on screen
  approve,    ///< a choice waits for the creator's word
};

/// What the policy holds to. Defaults are what a take starts with.
struct OverlayRules {
  double confidence_min = search::confidence_fits;  ///< below it nothing is shown
  std::size_t partial_concepts_min = 2;  ///< content words before words that go on are acted on
  Duration show_min = std::chrono::seconds(2);  ///< a clip stays at least this long
  /// A clip of the same topic comes no sooner than this after it: a sentence shows one, also where
  /// its end brings a better one to mind.
  Duration cool_down = std::chrono::seconds(6);
  Duration repeat_window = std::chrono::seconds(60);      ///< a clip does not come back within this
  Duration late_after = std::chrono::milliseconds(2500);  ///< after the word; then it is dropped
  Duration approve_within = std::chrono::seconds(10);     ///< a choice waits so long for a word
};

/// How much of the talk is covered with clips: 0 little, 0.5 what `rules` say, 1 much. Little asks
/// for more confidence and longer pauses between clips, much for less confidence. Pure.
/// @param coverage  in [0, 1]
OverlayRules with_coverage(OverlayRules rules, double coverage);

/// What has been shown so far, and what waits.
struct OverlayState {
  struct Shown {
    std::string asset_id;
    Instant since;
    std::string topic = {};
  };
  /// A choice that the creator may approve.
  struct Waiting {
    std::int64_t id = 0;
    std::vector<std::string> asset_ids;  ///< best first
    Instant until;
  };
  Mode mode = Mode::automatic;
  std::optional<Shown> current;
  std::deque<Shown> recent;     ///< within the repeat window, oldest first
  std::deque<Waiting> waiting;  ///< oldest first; some may be over
  bool paused = false;

  /// Choices that wait at once; with one more the oldest goes.
  static constexpr std::size_t waiting_max = 8;
};

/// Why a clip was shown, or none was.
enum class Verdict {
  shown,
  nothing_fits,
  unsure,
  same,
  held,
  cooling,  ///< the clip on screen has the topic, and has not been there for long
  repeated,
  late,
  paused,
  overtaken,  ///< newer words were under way already
  proposed,   ///< waits for the creator's word from now on
  waiting,    ///< waits already
};

struct Decision {
  Verdict verdict = Verdict::nothing_fits;
  std::optional<Candidate> show;  ///< set exactly when the verdict is `shown` or `proposed`
};

/// Chooses what comes on screen for words heard at `heard_at`. Pure.
/// @param candidates  best first
Decision choose_overlay(const OverlayState& state, const OverlayRules& rules,
                        std::span<const Candidate> candidates, Instant heard_at, Instant now);

/// When a decision that was `held` may be made again.
Instant hold_over(const OverlayState& state, const OverlayRules& rules);

/// The state after a clip came on screen, chosen by the policy or by the creator.
OverlayState after_showing(OverlayState state, const OverlayRules& rules,
                           OverlayState::Shown shown);

/// The state after a choice was put to the creator. @param asset_ids  best first
OverlayState after_proposing(OverlayState state, const OverlayRules& rules, std::int64_t id,
                             std::vector<std::string> asset_ids, Instant now);

/// What the creator says yes to: a choice by its number, a clip that waits, or both.
struct Approval {
  std::optional<std::int64_t> id;
  std::optional<std::string> asset_id;
};

/// What comes on screen by it.
struct Approved {
  std::int64_t id = 0;
  std::string asset_id;
};

/// The newest waiting choice that `approval` means; of a choice without a clip the best. Nothing
/// when none waits (any more). Pure.
std::optional<Approved> decide_approval(const OverlayState& state, const Approval& approval,
                                        Instant now);

/// The state after a choice was approved, or is not wanted any more: it waits no longer.
OverlayState after_answering(OverlayState state, std::int64_t id);

}  // namespace antiphon::director
