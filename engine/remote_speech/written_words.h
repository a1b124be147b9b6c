#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/speech/recogniser.h"

namespace antiphon::remote_speech {

/// A word as a server writes it, with the times that it knows.
struct WrittenWord {
  std::string text;
  std::optional<double> start_s = {};
  std::optional<double> end_s = {};
  std::optional<double> confidence = {};  ///< 0 to 1
};

/// The words of a text, punctuation left where it stands: split at blanks or, in a language that
/// writes none, by the rules and dictionaries of Unicode (UAX 29).
std::vector<std::string> split_written(std::string_view text, std::string_view language);

/// Words as one text, with blanks where the language has them.
std::string join_written(const std::vector<speech::Word>& words, std::string_view language);

/// Pieces of words (whisper.cpp calls its tokens words: " Hel", "lo", ".") put together: where
/// pieces begin with blanks, one without goes on with the word before it. Blanks are taken off.
std::vector<WrittenWord> join_pieces(std::vector<WrittenWord> pieces, std::string_view language);

/// Gives each word its times in milliseconds: those it has, put in order and within the stretch;
/// those that are missing spread evenly between its neighbours.
std::vector<speech::Word> place_words(std::vector<WrittenWord> words, double begin_s, double end_s);

/// What two words are compared by: no case, no punctuation. A word of punctuation alone is itself.
std::string folded_word(std::string_view word);

}  // namespace antiphon::remote_speech
