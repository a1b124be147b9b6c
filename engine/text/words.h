#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "engine/text/language.h"

namespace antiphon::text {

/// The longest text that is split.
inline constexpr std::size_t text_bytes_max = 1 << 20;
/// A longer run of letters (a key, a picture in base64) is passed over: nobody says or types it.
inline constexpr std::size_t word_bytes_max = 128;

/// One word and where it stands in its source.
struct Word {
  std::string folded;  ///< as `fold` gives it: what words are compared by
  std::size_t begin;   ///< first byte in the source
  std::size_t end;     ///< one past its last byte
};

/// The words and numbers of `source` (UTF-8) in order, without spaces, punctuation and symbols.
/// Bytes that are no UTF-8 stand between words, as punctuation does. Word boundaries by UAX 29.
/// @throws Error{Code::too_large} above text_bytes_max
std::vector<Word> split_words(std::string_view source);

/// One form for every way to write the same: NFKC with case folding (Unicode, 3.13, D146
/// toNFKC_Casefold), and a plain apostrophe. Bytes that are no UTF-8 become U+FFFD.
/// @throws Error{Code::too_large} above text_bytes_max
std::string fold(std::string_view source);

/// Whether a folded word only holds a sentence together ("the", "och") and says nothing of its
/// topic. A modest list of our own; negations and numbers in words are on it or off it as grammar
/// words are: "not" is, "two" is not.
bool is_stop_word(std::string_view folded, Language language);

}  // namespace antiphon::text
