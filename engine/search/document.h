#pragma once

#include <compare>
#include <cstddef>
#include <string>
#include <vector>

#include "engine/search/lexicon.h"
#include "engine/text/language.h"

namespace antiphon::search {

/// A text field of every document of an index: {"title", 3.0}.
struct Field {
  std::string name;
  double weight = 1.0;  ///< how many times a word in this field counts; above 0
};

/// A property that is compared whole, never split into words. A key may stand several times.
struct Facet {
  std::string key;
  std::string value;
  friend auto operator<=>(const Facet&, const Facet&) = default;
};

struct Document {
  std::string id;  ///< unique in its index, not empty
  text::Language language = text::Language::english;
  std::vector<std::string> texts;  ///< one for each Field of the index, in its order; may be empty
  std::vector<Facet> facets = {};
};

/// Holds for a document that has `key` with one of `any_of`.
struct Filter {
  std::string key;
  std::vector<std::string> any_of;
};

struct Query {
  std::string text;
  text::Language language = text::Language::english;
  std::size_t limit = 10;            ///< hits at most; never more than hits_max
  double confidence_min = 0;         ///< hits below are left out: nothing fits is an answer
  std::vector<Filter> filters = {};  ///< all of them must hold
};

/// One word of a document that a word of the query met.
struct Match {
  std::string query_word;     ///< as written in the query
  std::string document_word;  ///< as written in the document
  std::size_t field;          ///< number of the field
  std::size_t begin;          ///< first byte of document_word in the field's text
  std::size_t end;            ///< one past its last byte
  Relation relation = Relation::same;
  /// What the query's word gave to the score by this word of the document, in all its places.
  double share = 0;
};

struct Hit {
  std::string id;
  double score;       ///< orders the hits of one query
  double confidence;  ///< how well it fits, in [0, 1]: see Index::search
  /// Cosine of the query's vector and the document's, in [-1, 1]; 0 without a lexicon.
  double similarity = 0;
  /// What it gave to the score; with the shares of the query's words it makes up the score.
  double similarity_share = 0;
  std::vector<Match> matches = {};  ///< by field and place; at most matches_max
};

/// From this confidence on a document fits. Chosen on apps/director/eval/retrieve_tuning.jsonl, so
/// that nine of ten queries that nothing fits are refused.
inline constexpr double confidence_fits = 0.42;

inline constexpr std::size_t documents_max = 1'000'000;
inline constexpr std::size_t fields_max = 16;
inline constexpr std::size_t facets_max = 256;              ///< of one document
inline constexpr std::size_t document_bytes_max = 1 << 18;  ///< texts and facets of one document
inline constexpr std::size_t query_bytes_max = 1 << 13;
inline constexpr std::size_t query_terms_max =
    64;  ///< different stems; those after are not looked at
inline constexpr std::size_t hits_max = 1'000;
/// Documents that are weighed by words and vector together: so many of the best by each alone.
inline constexpr std::size_t weighed_max = 200;
inline constexpr std::size_t matches_max = 64;  ///< of one hit

}  // namespace antiphon::search
