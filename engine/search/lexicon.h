#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// What is known of English words beyond their letters: which mean nearly the same, and a vector for
// each. Made of WordNet by build_lexicon() and kept in one file.

namespace antiphon::search {

/// What a word of a document is to the word of the query that meets it.
enum class Relation : std::uint8_t {
  same,      ///< the word itself, in any regular form
  form,      ///< an irregular form: "mouse" of "mice"
  synonym,   ///< "tap" of "faucet"
  derived,   ///< "farm" of "farmer"
  broader,   ///< means more: "animal" of "dog"
  narrower,  ///< means less: "dog" of "animal"
  similar,   ///< adjectives and verbs that are near each other
  part,      ///< "wheel" of "car", either way
};
inline constexpr std::size_t relations_count = 8;

/// "same", "form", "synonym" …
std::string_view to_text(Relation relation);

inline constexpr std::size_t lexicon_dimensions = 256;
/// Relatives that are kept of one word, the nearest.
inline constexpr std::size_t relatives_max = 256;

/// What a lexicon is written from.
struct LexiconWord {
  struct Relative {
    std::uint32_t word = 0;  ///< its number among the words that are written
    Relation relation = Relation::synonym;
    double weight = 0;  ///< below 1, the weight of the word itself
  };
  std::string stem;
  double information = 0;           ///< how much the word tells in English at large, above 0
  std::vector<Relative> relatives;  ///< at most relatives_max
  std::vector<float> vector;        ///< of lexicon_dimensions
};

/// A lexicon in a file that is mapped, not read: it costs memory only where it is used, and that
/// once for all processes. Thread-safe.
class Lexicon {
 public:
  /// Its file among what ships, in the folder lexicon.
  static constexpr std::string_view file_name = "english.lexicon";

  /// Numbers of stems, as they stand in the file.
  using Word = std::uint32_t;
  struct Relative {
    Word word = 0;
    Relation relation = Relation::synonym;
    float weight = 0;  ///< in (0, 1)
  };

  /// The bytes of a lexicon's file. @param words  ordered by stem, each once
  static std::string write(std::span<const LexiconWord> words);
  /// @throws Error{Code::unavailable} when it is not there, Error{Code::invalid} when it is none
  static std::shared_ptr<const Lexicon> load(const std::filesystem::path& path);
  /// The same from memory.
  static std::shared_ptr<const Lexicon> parse(std::string bytes);
  ~Lexicon();
  Lexicon(const Lexicon&) = delete;
  Lexicon& operator=(const Lexicon&) = delete;

  std::size_t size() const { return information_.size(); }
  std::optional<Word> find(std::string_view stem) const;
  std::string_view stem(Word word) const;
  /// Words near it, the nearest first.
  std::vector<Relative> relatives(Word word) const;
  /// How much it tells that a text has the word, from its use in English at large.
  float information(Word word) const { return information_[word]; }
  /// Adds the word's vector (of length 1) `weight` times. @param sum  lexicon_dimensions values
  void add_vector(Word word, float weight, std::span<float> sum) const;

 private:
  struct StoredRelative {
    std::uint32_t word;
    std::uint16_t relation;
    std::uint16_t weight;  // of 65536
  };
  struct Header;
  struct Memory;
  explicit Lexicon(std::unique_ptr<Memory> memory);
  void check() const;

  std::unique_ptr<Memory> memory_;
  std::span<const std::uint32_t> stem_begins_;      // one more than there are words
  std::span<const std::uint32_t> relative_begins_;  // the same
  std::span<const StoredRelative> relatives_;
  std::span<const float> information_;
  std::span<const float> scales_;
  std::span<const std::int8_t> vectors_;
  std::span<const char> stems_;
};

}  // namespace antiphon::search
