#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

// The WordNet 3.0 database as its text files have it (wndb(5WN), Princeton University): what the
// lexicon is built from. Read when building only.

namespace antiphon::search {

struct WordNet {
  /// A pointer from a synset, or from one of its words, to another.
  struct Link {
    std::string symbol;        ///< as in the files: "@" broader, "~" narrower, "+" derived …
    std::uint32_t target = 0;  ///< a synset
    std::size_t word = 0;      ///< of the synset that it belongs to, from 1; 0: to all of them
  };
  /// Words that mean the same.
  struct Synset {
    std::vector<std::string> words;  ///< lower case; those of several words have '_' between
    std::vector<Link> links;
    std::string gloss;
  };
  /// One meaning of a word.
  struct Sense {
    std::uint32_t synset = 0;
    double share = 0;  ///< how much of the word's use it is; the shares of a word sum up to 1
  };
  /// An irregular form: "mice" of "mouse".
  struct Form {
    std::string form;
    std::string word;
  };

  std::vector<Synset> synsets;
  std::unordered_map<std::string, std::vector<Sense>> senses;  ///< by word
  std::vector<Form> forms;
};

/// The files of the database, by content.
struct WordNetFiles {
  struct PartOfSpeech {
    std::string data;        ///< data.noun …
    std::string index;       ///< index.noun …
    std::string exceptions;  ///< noun.exc …
  };
  PartOfSpeech noun, verb, adjective, adverb;
  std::string counts;  ///< cntlist.rev
};

/// @throws Error{Code::unavailable} for a file that is not there
WordNetFiles load_wordnet_files(const std::filesystem::path& folder);

/// @throws Error{Code::invalid} naming the line that is none of such a file
WordNet parse_wordnet(const WordNetFiles& files);

}  // namespace antiphon::search
