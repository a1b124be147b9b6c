#include "apps/director/library/library.h"

namespace antiphon::director {

namespace {

bool is_same(const search::Document& a, const search::Document& b) {
  return a.language == b.language && a.texts == b.texts && a.facets == b.facets;
}

}  // namespace

Library::Library(AssetStore& assets, app::Changes& changes, Pool& pool, TaskGroup& tasks,
                 std::shared_ptr<const search::Lexicon> lexicon)
    : assets_(assets), pool_(pool), lexicon_(std::move(lexicon)), reading_(tasks) {
  library_changes_ =
      changes.subscribe(changed, [this](const std::string& tenant) { forget(tenant); });
  clip_changes_ =
      changes.subscribe(clip_changed, [this](const std::string& key) { mark_stale(key); });
}

std::string Library::clip_key(const std::string& tenant, const std::string& asset_id) {
  return tenant + ' ' + asset_id;
}

void Library::forget(const std::string& tenant) {
  ++changes_seen_[tenant];
  shelves_.erase(tenant);
  stale_.erase(tenant);
}

void Library::mark_stale(const std::string& key) {
  std::size_t space = key.find(' ');
  std::string tenant = key.substr(0, space);
  std::set<std::string>& stale = stale_[tenant];
  stale.insert(key.substr(space + 1));
  if (stale.size() > stale_max) forget(tenant);
}

Task<std::vector<FoundClip>> Library::search(std::string tenant, std::string words,
                                             std::size_t limit, Due due,
                                             std::optional<std::string> topic) {
  search::Query query = clip_query(std::move(words), limit);
  if (topic) query.filters.push_back({"topic", {*std::move(topic)}});
  ShelfPointer current = co_await shelf(std::move(tenant), due);
  co_return co_await search_on(std::move(current), std::move(query), due);
}

Task<std::vector<FoundClip>> Library::search_on(ShelfPointer shelf, search::Query query, Due due) {
  trace::Span span(due.trace, "search director.library");
  auto found = found_on(*shelf, co_await hits_of(shelf, std::move(query), due));
  span.set("antiphon.search.results", found.size());
  co_return found;
}

// In a large library a search takes milliseconds of computing: not on the core.
Task<std::vector<search::Hit>> Library::hits_of(ShelfPointer shelf, search::Query query, Due due) {
  if (shelf->index.size() <= searched_here_max) co_return shelf->index.search(query);
  co_return co_await pool_.run(
      WorkClass::live, due.at,
      [shelf, query = std::move(query)](const StopFlag&) { return shelf->index.search(query); });
}

Task<std::shared_ptr<const Asset>> Library::find(std::string tenant, std::string asset_id,
                                                 Due due) {
  ShelfPointer current = co_await shelf(std::move(tenant), due);
  co_return find_on(*current, asset_id);
}

ShelfPointer Library::last_known(const std::string& tenant) const {
  auto known = last_known_.find(tenant);
  return known == last_known_.end() ? nullptr : known->second;
}

Task<> Library::warm(std::string tenant, Due due) { co_await shelf(std::move(tenant), due); }

Task<ShelfPointer> Library::shelf(std::string tenant, Due due) {
  auto known = shelves_.find(tenant);
  ShelfPointer before = known != shelves_.end() ? known->second : nullptr;
  if (before && !stale_.contains(tenant)) co_return before;
  co_return co_await within(due.at, reading_.get(tenant, [this, tenant, before] {
    return before ? bring_up_to_date(tenant, before) : read(tenant);
  }));
}

// Only what is new, changed or gone is work: the index is a copy of the one before.
ShelfPointer Library::shelf_after(const Shelf& before, std::vector<Asset> assets) {
  auto shelf = std::make_shared<Shelf>(before.index);
  std::vector<search::Document> other;
  for (Asset& asset : assets) {
    if (asset.state != ClipState::ready) continue;
    search::Document document = document_of(asset);
    std::shared_ptr<const search::Document> known = before.index.find(asset.id);
    if (!known || !is_same(*known, document)) other.push_back(std::move(document));
    auto kept = std::make_shared<const Asset>(std::move(asset));
    shelf->assets.emplace(kept->id, kept);
  }
  for (const auto& [id, asset] : before.assets) {
    if (!shelf->assets.contains(id)) shelf->index.remove(id);
  }
  shelf->index.put(other);
  return shelf;
}

Task<ShelfPointer> Library::read(std::string tenant) {
  Instant deadline = Core::here().clock().steady() + shelf_time_max;
  unsigned changes_before = changes_seen_[tenant];
  stale_.erase(tenant);
  std::vector<Asset> assets = co_await assets_.all(tenant, deadline);
  auto known = last_known_.find(tenant);
  ShelfPointer before = known != last_known_.end()
                            ? known->second
                            : std::make_shared<Shelf>(search::Index(asset_fields(), lexicon_));
  // Seconds of computing for a large library: not on the core.
  ShelfPointer shelf = co_await pool_.run(
      WorkClass::request, deadline,
      [before, assets = std::move(assets)](const StopFlag&) mutable -> ShelfPointer {
        return shelf_after(*before, std::move(assets));
      });
  // What changed while it was read may be missing from it: the next search reads again.
  if (changes_seen_[tenant] == changes_before) shelves_[tenant] = shelf;
  last_known_[tenant] = shelf;
  co_return shelf;
}

Task<ShelfPointer> Library::bring_up_to_date(std::string tenant, ShelfPointer before) {
  Instant deadline = Core::here().clock().steady() + shelf_time_max;
  unsigned changes_before = changes_seen_[tenant];
  std::set<std::string> stale = std::exchange(stale_[tenant], {});
  stale_.erase(tenant);
  ShelfPointer shelf;
  try {
    auto found = co_await assets_.find_each(tenant, {stale.begin(), stale.end()}, deadline);
    // The copy of a large library takes some milliseconds: not on the core.
    shelf = co_await pool_.run(WorkClass::live, deadline,
                               [before, stale, found = std::move(found)](const StopFlag&) mutable {
                                 return changed_shelf(*before, stale, std::move(found));
                               });
  } catch (...) {
    // They are as stale as before; a library that was forgotten meanwhile is read whole anyway.
    if (changes_seen_[tenant] == changes_before) stale_[tenant].merge(stale);
    throw;
  }
  if (changes_seen_[tenant] == changes_before) shelves_[tenant] = shelf;
  last_known_[tenant] = shelf;
  co_return shelf;
}

}  // namespace antiphon::director
