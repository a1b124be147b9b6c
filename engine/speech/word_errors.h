#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace antiphon::speech {

/// What has to be changed in what was said to get what was heard, least first (Levenshtein, 1966).
struct Edits {
  std::int64_t substitutions = 0;
  std::int64_t deletions = 0;   ///< said and not heard
  std::int64_t insertions = 0;  ///< heard and not said
  std::int64_t reference = 0;   ///< words, or characters, that were said

  std::int64_t errors() const { return substitutions + deletions + insertions; }
  /// Errors over what was said; above 1 when much was heard that was not said. 0 when both are
  /// empty, 1 when only something was heard.
  double rate() const;
  Edits& operator+=(const Edits& other);
  bool operator==(const Edits&) const = default;
};

/// Words as they are compared: small letters, no punctuation, apostrophes within words kept.
std::vector<std::string> words_to_compare(std::string_view text);

/// By words; the rate is the word error rate.
Edits count_word_edits(std::string_view said, std::string_view heard);
/// By characters of the words, one blank between two of them; the rate is the character error rate.
Edits count_character_edits(std::string_view said, std::string_view heard);

}  // namespace antiphon::speech
