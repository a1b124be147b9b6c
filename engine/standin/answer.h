#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/standin/script.h"
#include "engine/standin/wire.h"

// What the stand-in says: functions of the question and the script alone.

namespace antiphon::standin {

/// Characters by fours: the same text always counts the same.
std::int64_t count_tokens(std::string_view text);

/// The text of an answer.
std::string compose_answer(const Behaviour& behaviour, const ChatQuestion& question);

/// The pieces in which a text comes: words, unless the script says otherwise. Together they are it.
std::vector<std::string> split_answer(std::string_view text, const Behaviour& behaviour);

/// The first so many characters of a text.
std::string_view first_characters(std::string_view text, std::size_t count);
std::size_t count_characters(std::string_view text);

/// What the last instruction in `text` demands to be said, in English, Swedish or Japanese; without
/// one, the text itself. What an obedient model would do with what it was only to read.
std::string obey(std::string_view text);

/// JSON that fits `schema` (JSON Schema, as text; "" for any object), with `filler` for its texts.
std::string sample_json(std::string_view schema, std::string_view filler);

/// A vector of unit length: texts that share words point in similar directions.
std::vector<float> embed(std::string_view text, int dimensions);
/// Their bytes, each 32 bits, the lowest first.
std::string bytes_of(const std::vector<float>& vector);

}  // namespace antiphon::standin
