#pragma once

#include <algorithm>
#include <span>
#include <string_view>

// Small closed lists of English words, as the rules of charts use them.

namespace antiphon::director {

/// Whether `word` is in a list of words separated by spaces.
constexpr bool is_one_of(std::string_view word, std::string_view list) {
  if (word.empty()) return false;
  for (std::size_t at = list.find(word); at != std::string_view::npos;
       at = list.find(word, at + 1)) {
    bool begins = at == 0 || list[at - 1] == ' ';
    std::size_t end = at + word.size();
    if (begins && (end == list.size() || list[end] == ' ')) return true;
  }
  return false;
}

inline constexpr std::string_view time_unit_words =
    "second seconds minute minutes hour hours day days night nights week weeks weekend weekends "
    "month months quarter quarters season seasons year years decade decades century centuries";

/// Words that hold a label together and are no label: cut off at its ends.
inline constexpr std::string_view frame_words =
    "a an the of in at to on for from by with and or but so then while whereas as is are was were "
    "be been am have has had do does did it its it's they them we us you i he she that which who "
    "there only just about around roughly nearly almost up down than into per plus also now this "
    "these those some all both each made make makes got get went goes go came cost come said "
    "says say";

}  // namespace antiphon::director
