#pragma once

#include <vector>

#include "apps/director/library/library.h"
#include "apps/director/opinion/opinion.h"
#include "apps/director/overlay/overlay.h"
#include "apps/director/take/clip_events.h"

// From clips that were found to what is told of them. Pure.

namespace antiphon::director {

/// A clip that fits, with the creator's opinion weighed in.
struct Choice {
  FoundClip clip;
  Opinion opinion;
  double confidence = 0;
};

/// The best clips for this creator, best first; without those that are banned.
std::vector<Choice> choices_of(const std::vector<FoundClip>& clips,
                               const OpinionsByAsset& opinions);
inline constexpr std::size_t choices_max = 3;

std::vector<Candidate> candidates_of(const std::vector<Choice>& choices);

/// Moves the choice of this clip to the front. Nothing happens when it is none of them.
void put_first(std::vector<Choice>& choices, std::string_view asset_id);

SuggestedClip suggested(const Choice& choice);

/// What puts the choice on screen; of `why` what belongs to the clip: matches, weights, opinion.
OverlayCommand overlay_of(const Choice& choice);

/// The same for a clip that nobody searched.
OverlayCommand overlay_of(const Asset& asset);

}  // namespace antiphon::director
