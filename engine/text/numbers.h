#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "engine/text/words.h"

namespace antiphon::text {

/// A number in a text, in digits or in English words.
struct Number {
  enum class Form {
    cardinal,  ///< "twenty", "3.5 million", "a hundred and twenty"
    ordinal,   ///< "third", "21st"
    fraction,  ///< "half", "two thirds": below 1
    year,      ///< said in pairs: "nineteen ninety nine"
    unclear,   ///< there is one, but not which: "3,5", "18:45", "three thirty", "hundred and five"
  };
  Form form = Form::cardinal;
  double value = 0;  ///< the double nearest to what was said; of no meaning when unclear
  /// What its last scale word multiplies by: 1e6 of "3 million", else 1. "From 3 to 5 million"
  /// means it twice.
  double scale = 1;
  std::size_t first = 0;  ///< its first word
  std::size_t last = 0;   ///< one past its last word
  bool in_words = false;
  std::string_view suffix;  ///< letters that stand at the digits: "km" of "5km"; of `words`
};

/// The numbers of a text in order, without a guess: what can be read in two ways is unclear.
/// Numbers that stand side by side ("five five five") are one that is unclear. Articles count only
/// before a scale ("a million") or a fraction ("a third"). Pure.
/// @param words  what `split_words` gave for `source`; outlives the result
std::vector<Number> find_numbers(std::string_view source, std::span<const Word> words);

}  // namespace antiphon::text
