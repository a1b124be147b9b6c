#include "engine/speech/word_errors.h"

#include <algorithm>
#include <cctype>
#include <span>

namespace antiphon::speech {
namespace {

// The cheapest edits for each length of `heard`, after one more item of `said`. Of equally cheap
// ones a substitution goes before a deletion and an insertion, so that counts are always the same.
template <class Item>
Edits count_edits(std::span<const Item> said, std::span<const Item> heard) {
  std::vector<Edits> row(heard.size() + 1);
  for (std::size_t j = 1; j <= heard.size(); ++j) row[j].insertions = std::int64_t(j);
  for (const Item& item : said) {
    Edits corner = row[0];
    ++row[0].deletions;
    for (std::size_t j = 1; j <= heard.size(); ++j) {
      Edits best = corner;
      if (item != heard[j - 1]) ++best.substitutions;
      Edits deletion = row[j];
      ++deletion.deletions;
      Edits insertion = row[j - 1];
      ++insertion.insertions;
      if (deletion.errors() < best.errors()) best = deletion;
      if (insertion.errors() < best.errors()) best = insertion;
      corner = row[j];
      row[j] = best;
    }
  }
  Edits edits = row.back();
  edits.reference = static_cast<std::int64_t>(said.size());
  return edits;
}

// Bytes that begin a character of UTF-8 carry the others along.
std::vector<std::string> characters_to_compare(std::string_view text) {
  std::vector<std::string> characters;
  for (const std::string& word : words_to_compare(text)) {
    if (!characters.empty()) characters.emplace_back(" ");
    for (char byte : word) {
      bool goes_on = (static_cast<unsigned char>(byte) & 0xc0) == 0x80 && !characters.empty();
      if (goes_on) {
        characters.back() += byte;
      } else {
        characters.emplace_back(1, byte);
      }
    }
  }
  return characters;
}

}  // namespace

double Edits::rate() const {
  if (reference == 0) return errors() == 0 ? 0 : 1;
  return static_cast<double>(errors()) / static_cast<double>(reference);
}

Edits& Edits::operator+=(const Edits& other) {
  substitutions += other.substitutions;
  deletions += other.deletions;
  insertions += other.insertions;
  reference += other.reference;
  return *this;
}

std::vector<std::string> words_to_compare(std::string_view text) {
  std::vector<std::string> words;
  bool within = false;
  for (char each : text) {
    auto byte = static_cast<unsigned char>(each);
    bool is_part = byte >= 0x80 || std::isalnum(byte) != 0 || each == '\'';
    if (is_part) {
      if (!within) words.emplace_back();
      words.back() += static_cast<char>(byte < 0x80 ? std::tolower(byte) : byte);
    }
    within = is_part;
  }
  return words;
}

Edits count_word_edits(std::string_view said, std::string_view heard) {
  return count_edits<std::string>(words_to_compare(said), words_to_compare(heard));
}

Edits count_character_edits(std::string_view said, std::string_view heard) {
  return count_edits<std::string>(characters_to_compare(said), characters_to_compare(heard));
}

}  // namespace antiphon::speech
