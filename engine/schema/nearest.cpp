#include "engine/schema/nearest.h"

#include <algorithm>
#include <array>

namespace antiphon::schema {

namespace {

constexpr std::size_t compared_max = 64;
using Row = std::array<std::size_t, compared_max + 1>;

// Optimal string alignment distance: Levenshtein with swaps of neighbours, three rows at a time.
std::size_t distance(std::string_view a, std::string_view b) {
  a = a.substr(0, compared_max);
  b = b.substr(0, compared_max);
  Row before_last{};
  Row last{};
  Row row{};
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    before_last = last;
    last = row;
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
  }
  return row[b.size()];
}

}  // namespace

std::string_view nearest(std::string_view word, const std::vector<std::string_view>& words) {
  const auto found = std::ranges::min_element(
      words, {}, [&](std::string_view other) { return distance(word, other); });
  return found == words.end() ? std::string_view() : *found;
}

}  // namespace antiphon::schema
