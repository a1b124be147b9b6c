#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/search/document.h"
#include "engine/search/lexicon.h"
#include "engine/search/vectors.h"

namespace antiphon::search {

/// A text index in memory, ranked by BM25 over stems. It is a value: a copy is a snapshot that
/// shares everything with the original until one of them changes (a copy costs one pointer for each
/// document and each known term). `const` functions are thread-safe; what a change shows to others
/// is decided by whoever hands out copies:
///
///   auto next = std::make_shared<Index>(*current);
///   next->put(document);
///   current = std::move(next);   // readers of the old one carry on undisturbed
class Index {
 public:
  /// @param fields   1 to fields_max
  /// @param lexicon  for English documents and queries; null: words meet by their stems only
  /// @throws Error{Code::invalid}
  explicit Index(std::vector<Field> fields, std::shared_ptr<const Lexicon> lexicon = nullptr);

  /// An index of `documents`: as put for each, in one go.
  static Index build(std::vector<Field> fields, std::span<const Document> documents,
                     std::shared_ptr<const Lexicon> lexicon = nullptr);

  /// Adds documents, each in place of one with its id (of twins in `documents` the last stays).
  /// Searchable when it returns; after an error nothing has changed.
  /// @throws Error{Code::invalid} for a missing id or another number of texts than fields,
  ///         Error{Code::too_large} above a limit of document.h
  void put(std::span<const Document> documents);
  void put(const Document& document) { put(std::span(&document, 1)); }

  /// Takes a document out. @return whether it was there
  bool remove(std::string_view id);

  /// The best documents, by score and, where that is equal, by id. Stop words say nothing: a query
  /// of nothing else has no hits. Facets filter but do not change scores.
  ///
  /// Without a lexicon, or in another language than English, the score is BM25 and confidence is
  /// the share of the query's information that the document covers. A term tells
  /// ln(1 + (N - n + 0.5) / (n + 0.5)), where n of the N documents have it: a rare word weighs more
  /// than a common one, and a word that no document knows weighs most.
  ///
  /// With a lexicon a term also meets words that are related to it, weighed below the word itself;
  /// of several that a document has the strongest counts. Score and confidence are one number then,
  /// 0.4 of it BM25 (without the documents' lengths) as a share of the most that the query could
  /// get, 0.6 the cosine of the vectors. Hits need not share a word with the query.
  /// @throws Error{Code::too_large} for a text over query_bytes_max
  std::vector<Hit> search(const Query& query) const;

  /// The document as put; nothing when absent. Stays valid whatever happens to the index.
  std::shared_ptr<const Document> find(std::string_view id) const;

  std::size_t size() const { return slot_of_.size(); }
  const std::vector<Field>& fields() const { return fields_; }

 private:
  struct Entry;
  struct Term;
  struct Asked;
  struct Meant;
  struct Tally;
  struct Changes;
  struct Posting {
    std::uint32_t slot;
    float frequency;  // weighted
  };
  using Postings = std::vector<Posting>;

  std::shared_ptr<const Entry> read(const Document& document);
  std::uint32_t number_of(std::string stem);
  void take_out(std::uint32_t slot, Changes& changes);
  void take_in(std::shared_ptr<const Entry> entry, Changes& changes);
  void apply(const Changes& changes);

  std::vector<float> vector_of(const Entry& entry) const;
  Asked ask(const Query& query) const;
  void expand(Term& term, Lexicon::Word word) const;
  std::vector<Tally> tally(const Asked& asked) const;
  void weigh(std::vector<Tally>& found, const Asked& asked, const Query& query) const;
  void keep_best_by_words(std::vector<Tally>& found, std::size_t count) const;
  static void add_near(std::vector<Tally>& found, std::span<const Near> near);
  SlotMask mask_of(const Query& query) const;
  Hit explain(const Tally& tally, const Asked& asked) const;
  static Meant meet(const Term& term, const std::unordered_map<std::uint32_t, double>& frequencies,
                    double length);
  double mean_length() const;

  std::vector<Field> fields_;
  std::shared_ptr<const Lexicon> lexicon_;
  Vectors vectors_{lexicon_dimensions};                // by slot, with a lexicon
  std::vector<std::uint64_t> word_counts_;             // by field, of all documents
  std::vector<std::shared_ptr<const Entry>> entries_;  // by slot; null where free
  std::vector<std::uint32_t> free_slots_;
  std::unordered_map<std::string, std::uint32_t> slot_of_;  // by document id
  // A stem once seen keeps its number. Lists are never changed once they stand here, so that
  // copies may share them.
  std::unordered_map<std::string, std::uint32_t> number_of_;
  std::vector<std::shared_ptr<const Postings>> postings_;    // by the stem's number
  std::vector<std::optional<Lexicon::Word>> lexicon_words_;  // the same, with a lexicon
};

}  // namespace antiphon::search
