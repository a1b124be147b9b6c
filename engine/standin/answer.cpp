#include "engine/standin/answer.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "engine/base/encoding.h"

namespace antiphon::standin {
namespace {

constexpr std::size_t characters_per_token = 4;
constexpr std::size_t word_length_usual = 12;

bool continues_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

// Bytes of the character at the front.
std::size_t character_bytes(std::string_view text) {
  std::size_t bytes = 1;
  while (bytes < text.size() && continues_character(text[bytes])) ++bytes;
  return bytes;
}

// Words with the space behind them; what has no spaces comes a few characters at a time.
std::vector<std::string> split_words(std::string_view text) {
  std::vector<std::string> pieces;
  std::string piece;
  std::size_t length = 0;
  while (!text.empty()) {
    std::string_view character = text.substr(0, character_bytes(text));
    text.remove_prefix(character.size());
    piece += character;
    if (character == " " || character == "\n" || ++length >= word_length_usual) {
      pieces.push_back(std::exchange(piece, {}));
      length = 0;
    }
  }
  if (!piece.empty()) pieces.push_back(std::move(piece));
  return pieces;
}

// The lengths differ by one at most.
std::vector<std::string> split_evenly(std::string_view text, std::size_t count) {
  std::vector<std::string> pieces;
  for (std::size_t left = count; left > 0 && !text.empty(); --left) {
    std::size_t characters = count_characters(text);
    std::string_view piece = first_characters(text, (characters + left - 1) / left);
    pieces.emplace_back(piece);
    text.remove_prefix(piece.size());
  }
  return pieces;
}

// Chance that is always the same for the same word.
std::vector<float> direction_of(std::string_view word, int dimensions) {
  Sha256 digest = sha256(word);
  std::uint64_t state = 0;
  std::memcpy(&state, digest.data(), sizeof state);
  std::vector<float> direction(static_cast<std::size_t>(dimensions));
  for (float& value : direction) {
    // SplitMix64 (Steele, Lea, Flood, 2014).
    std::uint64_t mixed = state += 0x9E3779B97F4A7C15;
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
    mixed ^= mixed >> 31;
    value = static_cast<float>(static_cast<double>(mixed >> 11) * 0x1.0p-52 - 1.0);
  }
  return direction;
}

}  // namespace

std::size_t count_characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char byte) { return !continues_character(byte); }));
}

std::string_view first_characters(std::string_view text, std::size_t count) {
  std::size_t bytes = 0;
  while (count-- > 0 && bytes < text.size()) bytes += character_bytes(text.substr(bytes));
  return text.substr(0, bytes);
}

std::int64_t count_tokens(std::string_view text) {
  return static_cast<std::int64_t>((count_characters(text) + characters_per_token - 1) /
                                   characters_per_token);
}

std::string compose_answer(const Behaviour& behaviour, const ChatQuestion& question) {
  if (behaviour.empty) return "";
  if (behaviour.text) return *behaviour.text;
  const std::string& said = question.user_text.empty() ? question.all_text : question.user_text;
  switch (behaviour.mode) {
    case Mode::obey: return obey(said);
    case Mode::obey_in_schema: return sample_json(question.schema, obey(said));
    case Mode::echo: break;
  }
  return question.wants_json ? sample_json(question.schema, said) : said;
}

std::vector<std::string> split_answer(std::string_view text, const Behaviour& behaviour) {
  if (behaviour.chunks) return split_evenly(text, static_cast<std::size_t>(*behaviour.chunks));
  if (!behaviour.chunk_length) return split_words(text);
  std::vector<std::string> pieces;
  while (!text.empty()) {
    auto piece = first_characters(text, static_cast<std::size_t>(*behaviour.chunk_length));
    pieces.emplace_back(piece);
    text.remove_prefix(piece.size());
  }
  return pieces;
}

std::vector<float> embed(std::string_view text, int dimensions) {
  std::vector<float> sum = direction_of("", dimensions);
  for (float& value : sum) value *= 0.01F;  // so that no text has no direction
  for (const std::string& piece : split_words(text)) {
    std::string_view word = piece;
    while (!word.empty() && std::strchr(" \n.,!?", word.back())) word.remove_suffix(1);
    if (word.empty()) continue;
    std::vector<float> direction = direction_of(word, dimensions);
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += direction[i];
  }
  double square = 0;
  for (float value : sum) square += static_cast<double>(value) * value;
  for (float& value : sum) value = static_cast<float>(value / std::sqrt(square));
  return sum;
}

std::string bytes_of(const std::vector<float>& vector) {
  static_assert(std::endian::native == std::endian::little);
  return {reinterpret_cast<const char*>(vector.data()), vector.size() * sizeof(float)};
}

}  // namespace antiphon::standin
