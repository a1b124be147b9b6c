#pragma once

#include "apps/director/chart/sentence.h"
#include "engine/text/numbers.h"

namespace antiphon::director {

/// The figures of a sentence whose moments are known. Orders ("third") and the pronoun "one" are
/// none. Pure.
std::vector<Figure> find_figures(const Sentence& sentence,
                                 const std::vector<text::Number>& numbers);

}  // namespace antiphon::director
