#include "engine/search/index.h"

#include <unordered_set>

#include "engine/base/error.h"
#include "engine/search/entry.h"

namespace antiphon::search {

// What a batch does to the posting lists, so that each list is written anew once only.
struct Index::Changes {
  struct Change {
    std::unordered_set<std::uint32_t> gone;  // slots
    Postings added;
  };
  std::unordered_map<std::uint32_t, Change> by_number;
};

namespace {

void check_fields(std::span<const Field> fields) {
  if (fields.empty() || fields.size() > fields_max) {
    throw Error{Code::invalid,
                fmt::format("An index has 1 to {} fields, not {}.", fields_max, fields.size())};
  }
  for (const Field& field : fields) {
    if (std::isfinite(field.weight) && field.weight > 0) continue;
    throw Error{Code::invalid, fmt::format("The weight of field \"{}\" is {}; it must be above 0.",
                                           field.name, field.weight)};
  }
}

std::size_t bytes_of(const Document& document) {
  std::size_t bytes = document.id.size();
  for (const std::string& text : document.texts) bytes += text.size();
  for (const Facet& facet : document.facets) bytes += facet.key.size() + facet.value.size();
  return bytes;
}

void check_document(const Document& document, std::size_t fields) {
  if (document.id.empty()) throw Error{Code::invalid, "A document must have an id."};
  if (document.texts.size() != fields) {
    throw Error{Code::invalid, fmt::format("Document {} has {} texts; the index has {} fields.",
                                           document.id, document.texts.size(), fields)};
  }
  if (document.facets.size() > facets_max) {
    throw Error{Code::too_large, fmt::format("Document {} has {} facets; at most {} are kept.",
                                             document.id, document.facets.size(), facets_max)};
  }
  if (std::size_t bytes = bytes_of(document); bytes > document_bytes_max) {
    throw Error{Code::too_large, fmt::format("A document has {} bytes; at most {} are kept.", bytes,
                                             document_bytes_max)};
  }
}

}  // namespace

Index::Index(std::vector<Field> fields, std::shared_ptr<const Lexicon> lexicon)
    : fields_(std::move(fields)), lexicon_(std::move(lexicon)), word_counts_(fields_.size()) {
  check_fields(fields_);
}

Index Index::build(std::vector<Field> fields, std::span<const Document> documents,
                   std::shared_ptr<const Lexicon> lexicon) {
  Index index(std::move(fields), std::move(lexicon));
  index.put(documents);
  return index;
}

void Index::put(std::span<const Document> documents) {
  std::unordered_map<std::string_view, const Document*> last_of;
  for (const Document& document : documents) {
    check_document(document, fields_.size());
    last_of[document.id] = &document;
  }
  if (size() + last_of.size() > documents_max) {
    throw Error{Code::too_large, fmt::format("An index holds at most {} documents; it has {} and "
                                             "{} were to come.",
                                             documents_max, size(), last_of.size())};
  }
  Changes changes;
  for (const Document& document : documents) {
    if (last_of[document.id] != &document) continue;
    if (auto old = slot_of_.find(document.id); old != slot_of_.end()) {
      take_out(old->second, changes);
    }
    take_in(read(document), changes);
  }
  apply(changes);
}

bool Index::remove(std::string_view id) {
  auto found = slot_of_.find(std::string(id));
  if (found == slot_of_.end()) return false;
  Changes changes;
  take_out(found->second, changes);
  apply(changes);
  return true;
}

std::shared_ptr<const Document> Index::find(std::string_view id) const {
  auto found = slot_of_.find(std::string(id));
  if (found == slot_of_.end()) return nullptr;
  const auto& entry = entries_[found->second];
  return {entry, &entry->document};
}

std::shared_ptr<const Index::Entry> Index::read(const Document& document) {
  auto entry = std::make_shared<Entry>();
  entry->document = document;
  entry->word_counts.resize(fields_.size());
  for (std::size_t field = 0; field < fields_.size(); ++field) {
    for (Stem& stem : read_stems(document.texts[field], document.language)) {
      entry->places.push_back({.number = number_of(std::move(stem.text)),
                               .begin = static_cast<std::uint32_t>(stem.begin),
                               .length = static_cast<std::uint16_t>(stem.end - stem.begin),
                               .field = static_cast<std::uint16_t>(field)});
      ++entry->word_counts[field];
    }
    entry->length += fields_[field].weight * entry->word_counts[field];
  }
  for (const Facet& facet : document.facets) entry->facets.push_back(number_of(facet_term(facet)));
  return entry;
}

std::uint32_t Index::number_of(std::string stem) {
  auto next = static_cast<std::uint32_t>(postings_.size());
  auto [found, is_new] = number_of_.try_emplace(std::move(stem), next);
  if (is_new) {
    postings_.push_back(std::make_shared<const Postings>());
    if (lexicon_) lexicon_words_.push_back(lexicon_->find(found->first));
  }
  return found->second;
}

// Of its words, each as much as it tells in English at large; more of the same word counts less.
std::vector<float> Index::vector_of(const Entry& entry) const {
  std::map<std::uint32_t, double> frequencies;
  for (const Entry::Place& place : entry.places) {
    frequencies[place.number] += fields_[place.field].weight;
  }
  std::vector<float> vector(lexicon_dimensions);
  for (auto [number, frequency] : frequencies) {
    std::optional<Lexicon::Word> word = lexicon_words_[number];
    if (!word) continue;
    double weight = lexicon_->information(*word) * std::sqrt(frequency);
    lexicon_->add_vector(*word, static_cast<float>(weight), vector);
  }
  return vector;
}

void Index::take_out(std::uint32_t slot, Changes& changes) {
  const Entry& entry = *entries_[slot];
  for (const Entry::Place& place : entry.places) changes.by_number[place.number].gone.insert(slot);
  for (std::uint32_t facet : entry.facets) changes.by_number[facet].gone.insert(slot);
  for (std::size_t field = 0; field < fields_.size(); ++field) {
    word_counts_[field] -= entry.word_counts[field];
  }
  vectors_.remove(slot);
  slot_of_.erase(entry.document.id);
  free_slots_.push_back(slot);
  entries_[slot] = nullptr;
}

void Index::take_in(std::shared_ptr<const Entry> entry, Changes& changes) {
  auto slot = static_cast<std::uint32_t>(entries_.size());
  if (free_slots_.empty()) {
    entries_.emplace_back();
  } else {
    slot = free_slots_.back();
    free_slots_.pop_back();
  }
  for (const Entry::Place& place : entry->places) {
    Postings& added = changes.by_number[place.number].added;
    if (added.empty() || added.back().slot != slot) added.push_back({slot, 0});
    added.back().frequency += static_cast<float>(fields_[place.field].weight);
  }
  for (std::uint32_t facet : entry->facets) changes.by_number[facet].added.push_back({slot, 0});
  for (std::size_t field = 0; field < fields_.size(); ++field) {
    word_counts_[field] += entry->word_counts[field];
  }
  bool is_known = lexicon_ && entry->document.language == text::Language::english;
  if (is_known) vectors_.put(slot, vector_of(*entry));
  slot_of_[entry->document.id] = slot;
  entries_[slot] = std::move(entry);
}

void Index::apply(const Changes& changes) {
  for (const auto& [number, change] : changes.by_number) {
    auto next = std::make_shared<Postings>();
    next->reserve(postings_[number]->size() + change.added.size());
    for (const Posting& posting : *postings_[number]) {
      if (!change.gone.contains(posting.slot)) next->push_back(posting);
    }
    next->insert(next->end(), change.added.begin(), change.added.end());
    postings_[number] = std::move(next);
  }
}

}  // namespace antiphon::search
