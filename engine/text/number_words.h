#pragma once

#include <optional>

#include "engine/text/numbers.h"

namespace antiphon::text {

/// The grammar of English number words, over the words of one text. Serves numbers.cpp.
class NumberWords {
 public:
  NumberWords(std::string_view source, std::span<const Word> words)
      : source_(source), words_(words) {}

  /// The number that begins with word `at`.
  std::optional<Number> read(std::size_t at) const;

  struct Scale {
    int power = 0;  ///< of ten
    std::size_t next = 0;
  };
  /// A scale word right after word `at`: the "million" of "3.5 million".
  std::optional<Scale> scale_after(std::size_t at) const;

 private:
  struct Part {
    std::int64_t value = 0;
    std::size_t next = 0;
  };
  struct Decimal {
    std::string digits;
    int power = 0;
    std::size_t next = 0;
  };
  std::optional<Part> below_hundred(std::size_t at) const;
  std::optional<Part> below_thousand(std::size_t at) const;
  std::optional<Decimal> whole(std::size_t at) const;
  std::optional<Decimal> with_point(const Decimal& whole) const;
  std::optional<Decimal> with_half(const Decimal& whole) const;
  std::optional<Number> cardinal(std::size_t at) const;
  std::optional<Number> ordinal(std::size_t at) const;
  std::optional<Number> fraction(std::size_t at) const;
  std::optional<Number> half(std::size_t at) const;
  std::optional<Number> dozen(std::size_t at) const;
  std::optional<Number> year(std::size_t at) const;
  std::string_view word(std::size_t at) const;
  bool goes_on(std::size_t at) const;
  std::size_t after_and(std::size_t at) const;

  std::string_view source_;
  std::span<const Word> words_;
};

/// The double nearest to `digits` times ten to the `power`.
double to_double(std::string_view digits, int power);

}  // namespace antiphon::text
