#pragma once

#include <string_view>

#include "apps/director/chart/chart.h"
#include "engine/speech/recogniser.h"

namespace antiphon::director {

/// Below this a word of a number counts as not understood, where the recogniser says how sure it
/// is.
inline constexpr double figure_confidence_min = 0.7;

/// Whether recognised figures may be drawn: every word up to the last number stood firm before the
/// utterance ended, read alone these words give the same figures, and no word that the recogniser
/// doubts is among them. Pure.
/// @param stable  the words that stood firm in the last partial
bool is_certain(const Chart& chart, const speech::Transcript& final, std::string_view stable);

}  // namespace antiphon::director
