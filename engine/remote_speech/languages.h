#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace antiphon::remote_speech {

/// The primary languages that Whisper's models know, as ISO 639 has them (openai/whisper,
/// tokenizer.py).
const std::vector<std::string>& whisper_languages();

/// The code of what a Whisper server calls a language: "swedish", "Swedish", "sv" and "sv-SE" are
/// all "sv"; nothing for what is none.
std::optional<std::string> parse_language(std::string_view text);

/// The primary language of a BCP 47 tag in small letters: "sv" of "sv-SE".
std::string primary_language(std::string_view tag);

/// Whether the words of a language are written without blanks between them.
bool writes_no_blanks(std::string_view language);

}  // namespace antiphon::remote_speech
