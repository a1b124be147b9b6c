#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/search/document.h"

namespace antiphon::search {

struct Range {
  std::size_t begin;  ///< first byte
  std::size_t end;    ///< one past the last
  friend bool operator==(const Range&, const Range&) = default;
};

/// A piece of a field's text to show with a hit.
struct Snippet {
  std::string text;
  bool cut_before = false;     ///< the field has more text before
  bool cut_after = false;      ///< and after
  std::vector<Range> matches;  ///< places in `text` to highlight, in order
};

/// The piece of `text` that holds the most matches of `field`, the first such; its beginning when
/// there are none. Cut at spaces where there are any, never inside a character.
/// @param text       the text of that field, as it was indexed
/// @param bytes_max  length of the piece; a match that is longer by itself is left out
Snippet make_snippet(std::string_view text, std::span<const Match> matches, std::size_t field,
                     std::size_t bytes_max);

}  // namespace antiphon::search
