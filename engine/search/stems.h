#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "engine/text/language.h"

namespace antiphon::search {

/// A word that is searched by: its stem, and where the word stands in the text it came from.
struct Stem {
  std::string text;
  std::size_t begin;
  std::size_t end;
};

/// The stems of a document's or a query's text in order, without stop words. The two are read in
/// the same way, or they would not meet.
/// @throws Error{Code::too_large} above text::text_bytes_max
std::vector<Stem> read_stems(std::string_view text, text::Language language);

}  // namespace antiphon::search
