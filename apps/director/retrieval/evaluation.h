#pragma once

#include "engine/eval/evaluation.h"

namespace antiphon::director {

/// `antiphon eval director.retrieve`: spoken sentences against a library of 2,185 records that
/// ships for it. Asks what a take asks: the analysis, then the search.
const eval::Evaluation& retrieval_evaluation();

}  // namespace antiphon::director
