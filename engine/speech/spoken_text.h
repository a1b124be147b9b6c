#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace antiphon::speech {

/// The longest stretch that is spoken as one: then it is cut at a comma, a blank or, in a text
/// without either, anywhere between two characters.
inline constexpr std::size_t spoken_sentence_bytes_max = 600;

/// The sentences of a text, in order: they end with . ! ? before a blank, with 。！？ or with a
/// line.
std::vector<std::string> split_spoken_text(std::string_view text);

/// The first character of Japanese text that is neither kana nor punctuation nor a digit, as UTF-8;
/// empty when all can be read aloud without a dictionary.
std::string_view first_unreadable_japanese(std::string_view text);

/// The text without what espeak-ng would take for a command: control characters, and the double
/// brackets of phonemes.
std::string without_commands(std::string_view text);

}  // namespace antiphon::speech
