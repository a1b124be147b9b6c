#pragma once

#include <functional>
#include <string>

#include "engine/search/wordnet.h"

namespace antiphon::search {

/// The bytes of the lexicon that WordNet gives (Lexicon::parse). Takes seconds and some 500 MB for
/// the whole of it; the same bytes for the same net on the same processor.
/// @param progress  told (steps done, steps in all) now and then
std::string build_lexicon(const WordNet& net,
                          const std::function<void(std::size_t, std::size_t)>& progress);

}  // namespace antiphon::search
