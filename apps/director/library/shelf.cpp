#include "apps/director/library/shelf.h"

namespace antiphon::director {

search::Query clip_query(std::string words, std::size_t limit) {
  return {.text = std::move(words), .limit = limit, .confidence_min = found_confidence_min};
}

std::vector<FoundClip> found_on(const Shelf& shelf, std::vector<search::Hit> hits) {
  std::vector<FoundClip> found;
  for (search::Hit& hit : hits) {
    auto asset = shelf.assets.find(hit.id)->second;
    found.push_back({std::move(asset), std::move(hit)});
  }
  return found;
}

std::shared_ptr<const Asset> find_on(const Shelf& shelf, std::string_view asset_id) {
  auto found = shelf.assets.find(asset_id);
  return found == shelf.assets.end() ? nullptr : found->second;
}

std::shared_ptr<const Asset> default_clip(const ShelfPointer& last_known) {
  bool is_any = last_known && !last_known->assets.empty();
  return is_any ? last_known->assets.begin()->second : nullptr;
}

ShelfPointer changed_shelf(const Shelf& before, const std::set<std::string>& stale,
                           std::vector<Asset> found) {
  auto shelf = std::make_shared<Shelf>(before);
  for (const std::string& id : stale) {
    shelf->assets.erase(id);
    shelf->index.remove(id);
  }
  std::vector<search::Document> documents;
  for (Asset& asset : found) {
    if (asset.state != ClipState::ready) continue;
    documents.push_back(document_of(asset));
    auto kept = std::make_shared<const Asset>(std::move(asset));
    shelf->assets.emplace(kept->id, kept);
  }
  shelf->index.put(documents);
  return shelf;
}

}  // namespace antiphon::director
