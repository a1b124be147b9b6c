#include "apps/director/library/library.h"

namespace antiphon::director {

Library::Library(AssetStore& assets, app::Changes& changes, TaskGroup& tasks)
    : assets_(assets), reading_(tasks) {
  subscription_ = changes.subscribe(changed, [this](const std::string& tenant) {
    ++changes_seen_[tenant];
    shelves_.erase(tenant);
  });
}

Task<std::vector<FoundClip>> Library::search(std::string tenant, std::string words,
                                             std::size_t limit, Due due) {
  trace::Span span(due.trace, "search director.library");
  ShelfPointer current = co_await shelf(std::move(tenant), due);
  std::vector<FoundClip> found;
  for (search::Hit& hit : current->index.search({.text = std::move(words), .limit = limit})) {
    auto asset = current->assets.find(hit.id)->second;
    found.push_back({std::move(asset), std::move(hit)});
  }
  span.set("antiphon.search.results", found.size());
  co_return found;
}

Task<std::shared_ptr<const Asset>> Library::find(std::string tenant, std::string asset_id,
                                                 Due due) {
  ShelfPointer current = co_await shelf(std::move(tenant), due);
  auto found = current->assets.find(asset_id);
  co_return found == current->assets.end() ? nullptr : found->second;
}

std::shared_ptr<const Asset> Library::default_clip(const std::string& tenant) const {
  auto known = last_known_.find(tenant);
  if (known == last_known_.end() || known->second->assets.empty()) return nullptr;
  return known->second->assets.begin()->second;
}

Task<> Library::warm(std::string tenant, Due due) { co_await shelf(std::move(tenant), due); }

Task<Library::ShelfPointer> Library::shelf(std::string tenant, Due due) {
  auto known = shelves_.find(tenant);
  if (known != shelves_.end()) co_return known->second;
  co_return co_await within(due.at, reading_.get(tenant, [this, tenant] { return read(tenant); }));
}

Task<Library::ShelfPointer> Library::read(std::string tenant) {
  Instant deadline = Core::here().clock().steady() + shelf_time_max;
  unsigned changes_before = changes_seen_[tenant];
  auto shelf = std::make_shared<Shelf>();
  std::vector<search::Document> documents;
  for (Asset& asset : co_await assets_.all(tenant, deadline)) {
    documents.push_back(document_of(asset));
    auto kept = std::make_shared<const Asset>(std::move(asset));
    shelf->assets.emplace(kept->id, kept);
  }
  shelf->index = search::Index::build(asset_fields(), documents);
  // What changed while it was read may be missing from it: the next search reads again.
  if (changes_seen_[tenant] == changes_before) shelves_[tenant] = shelf;
  last_known_[tenant] = shelf;
  co_return shelf;
}

}  // namespace antiphon::director
