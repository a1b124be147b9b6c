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
  /// @param fields  1 to fields_max
  /// @throws Error{Code::invalid}
  explicit Index(std::vector<Field> fields);

  /// An index of `documents`: as put for each, in one go.
  static Index build(std::vector<Field> fields, std::span<const Document> documents);

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
  /// Confidence is the information of the query's terms that the document has, over that of all
  /// its terms, where a term tells ln(1 + (N - n + 0.5) / (n + 0.5)): n of the N documents have it.
  /// So 1 means every word is there, a rare word weighs more than a common one, and a word that no
  /// document knows weighs most.
  /// @throws Error{Code::too_large} for a text over query_bytes_max
  std::vector<Hit> search(const Query& query) const;

  /// The document as put; nothing when absent. Stays valid whatever happens to the index.
  std::shared_ptr<const Document> find(std::string_view id) const;

  std::size_t size() const { return slot_of_.size(); }
  const std::vector<Field>& fields() const { return fields_; }

 private:
  struct Entry;
  struct Term;
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

  std::vector<Term> terms_of(const Query& query) const;
  std::vector<Tally> tally(std::span<const Term> terms) const;
  Hit explain(const Tally& tally, double confidence, std::span<const Term> terms) const;
  double mean_length() const;

  std::vector<Field> fields_;
  std::vector<std::uint64_t> word_counts_;             // by field, of all documents
  std::vector<std::shared_ptr<const Entry>> entries_;  // by slot; null where free
  std::vector<std::uint32_t> free_slots_;
  std::unordered_map<std::string, std::uint32_t> slot_of_;  // by document id
  // A stem once seen keeps its number. Lists are never changed once they stand here, so that
  // copies may share them.
  std::unordered_map<std::string, std::uint32_t> number_of_;
  std::vector<std::shared_ptr<const Postings>> postings_;  // by the stem's number
};

}  // namespace antiphon::search
