#pragma once

#include <optional>
#include <string>

#include "apps/director/analysis/analysis.h"

namespace antiphon::director {

inline constexpr std::size_t admitted_query_words_max = 24;
inline constexpr std::size_t admitted_concept_bytes_max = 200;

/// Why a model may not have said this of that speech; nothing: it may. The topic is one of the
/// lexicon's or none, concepts are made of words that were spoken, in any form, and the query of
/// those and of words of topics: a model brings nothing in that is neither in the session nor in
/// the lexicon, whatever it was talked into. Pure.
std::optional<std::string> why_not_admitted(const Speech& speech, const Analysis& analysis);

}  // namespace antiphon::director
