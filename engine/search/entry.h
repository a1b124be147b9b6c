#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/search/index.h"
#include "engine/search/stems.h"

namespace antiphon::search {

/// A document as read: what it takes to explain a hit and to take the document out again.
struct Index::Entry {
  struct Place {
    std::uint32_t number;  // of the stem
    std::uint32_t begin;   // byte in the field's text
    std::uint16_t length;  // in bytes, at most text::word_bytes_max
    std::uint16_t field;
  };

  Document document;
  std::vector<Place> places;               // in the order of fields and words
  std::vector<std::uint32_t> facets;       // numbers of facet_term()
  std::vector<std::uint32_t> word_counts;  // by field
  double length = 0;                       // weighted words
};

/// What a facet is listed under among the stems; no stem has such a byte.
inline std::string facet_term(const Facet& facet) {
  return fmt::format("\x1f{}:{}{}", facet.key.size(), facet.key, facet.value);
}

}  // namespace antiphon::search
