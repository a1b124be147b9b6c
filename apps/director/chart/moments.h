#pragma once

#include "apps/director/chart/sentence.h"
#include "engine/text/numbers.h"

namespace antiphon::director {

/// The points in time of a sentence. A number that belongs to one is no figure. Pure.
std::vector<Moment> find_moments(const Sentence& sentence,
                                 const std::vector<text::Number>& numbers);

}  // namespace antiphon::director
