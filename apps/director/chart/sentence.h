#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/text/words.h"

namespace antiphon::director {

/// Words of a sentence, by their places in it: [first, last).
struct Span {
  std::size_t first = 0;
  std::size_t last = 0;
  bool is_empty() const { return first >= last; }
};

/// A number with what it counts.
struct Figure {
  enum class Role {
    value,    ///< a quantity, which may be drawn
    length,   ///< how long something took: "in ten years"
    unclear,  ///< a number that the rules cannot place: nothing is drawn beside one
  };
  enum class UnitKind { none, percent, currency, noun };
  Role role = Role::value;
  Span span;         ///< number, unit, and the sign or preposition that belongs to it
  double value = 0;  ///< a share in percent
  double scale = 1;  ///< of its last scale word, as in text::Number
  UnitKind unit_kind = UnitKind::none;
  std::string unit;
  bool is_about = false;    ///< "about", "nearly"
  bool is_bounded = false;  ///< "more than", "up to": the number itself was not said to be so
  bool is_share = false;    ///< "half", "one in five"
};

/// A point in time: a year, a month, "the first quarter", "last year".
struct Moment {
  Span span;  ///< with its preposition
  std::string label;
  double order = 0;         ///< among moments of its kind
  bool is_ordered = false;  ///< whether `order` means anything beside another of its kind
};

/// A sentence as the rules of charts read it.
struct Sentence {
  std::string_view text;
  std::vector<text::Word> words;
  std::vector<Figure> figures;  ///< in order
  std::vector<Moment> moments;  ///< in order

  std::string_view word(std::size_t at) const {
    return at < words.size() ? std::string_view(words[at].folded) : std::string_view();
  }
  /// What stands between word `at` - 1 and word `at`: spaces and signs.
  std::string_view before(std::size_t at) const;
  /// The words of a span as they stand in the text.
  std::string_view said(Span span) const;
};

/// Reads one English sentence. @param text  outlives the result. Pure.
Sentence read_sentence(std::string_view text);

/// Whether the sentence says that its figures are so: not denied, not asked, not supposed, not a
/// plan. Pure.
bool asserts(const Sentence& sentence);

}  // namespace antiphon::director
