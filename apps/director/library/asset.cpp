#include "apps/director/library/asset.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace antiphon::director {

std::vector<search::Field> asset_fields() {
  return {{"title", 3}, {"tags", 2}, {"description", 1}};
}

search::Document document_of(const Asset& asset) {
  return {.id = asset.id,
          .texts = {asset.title, fmt::format("{} {}", asset.topic, fmt::join(asset.tags, ", ")),
                    asset.description},
          .facets = {{"topic", asset.topic}}};
}

std::string media_path(const std::string& asset_id) {
  return fmt::format("/api/v1/director/assets/{}/media", asset_id);
}

std::string thumbnail_path(const std::string& asset_id) {
  return fmt::format("/api/v1/director/assets/{}/thumbnail", asset_id);
}

}  // namespace antiphon::director
