#pragma once

#include <span>
#include <string>
#include <vector>

#include "engine/eval/report.h"

// How well the director finds clips, counted over labelled queries. Pure.

namespace antiphon::director {

/// A clip that was offered for a query.
struct Offer {
  std::string subject;    ///< clips of one subject can stand for each other
  double confidence = 0;  ///< in [0, 1]
};

/// One query with what came of it.
struct Retrieved {
  std::string text;
  std::string kind;                   ///< lexical, inflected, paraphrase, nothing
  std::vector<std::string> expected;  ///< every subject that fits; empty: nothing does
  std::vector<Offer> offers;          ///< best first, whatever their confidence
  std::size_t line = 0;               ///< in the set
};

inline constexpr std::size_t recall_depth = 3;  ///< recall@3: a clip that fits is among the first 3
inline constexpr std::size_t rank_depth = 20;   ///< offers looked at for the mean reciprocal rank

/// Whether a clip that fits is among the first three of at least this confidence.
bool is_found(const Retrieved& retrieved, double confidence_min);
/// Whether nothing of at least this confidence was offered.
bool is_refused(const Retrieved& retrieved, double confidence_min);
/// 1 over the rank of the first clip that fits; 0 when it is not among the first rank_depth.
double reciprocal_rank(const Retrieved& retrieved);

/// Figures at the one threshold, the confusion of fitting and not, the whole curve, the misses.
/// @param confidence_min  below it the director shows nothing
eval::Side judge_retrieval(std::span<const Retrieved> all, double confidence_min);

}  // namespace antiphon::director
