#include "apps/director/library/asset.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace antiphon::director {

std::string_view to_text(ClipKind kind) { return kind == ClipKind::still ? "still" : "film"; }

std::string_view to_text(ClipState state) {
  switch (state) {
    case ClipState::processing: return "processing";
    case ClipState::ready: return "ready";
    case ClipState::failed: return "failed";
  }
  return "failed";
}

Asset edited(Asset asset, const AssetEdit& edit, Timestamp now) {
  if (edit.title) asset.title = *edit.title;
  if (edit.description) asset.description = *edit.description;
  if (edit.tags) asset.tags = *edit.tags;
  if (edit.topic) asset.topic = *edit.topic;
  if (edit.sentiment) asset.sentiment = *edit.sentiment;
  if (edit.licence) asset.licence = *edit.licence;
  if (edit.attribution) asset.attribution = *edit.attribution;
  asset.updated_at = now;
  return asset;
}

std::string title_of_file(std::string_view file_name) {
  // Some clients send a path: its last part is the file.
  file_name = file_name.substr(file_name.find_last_of("/\\") + 1);
  std::size_t dot = file_name.rfind('.');
  if (dot != std::string_view::npos && dot > 0) file_name = file_name.substr(0, dot);
  return file_name.empty() ? "Clip" : std::string(file_name);
}

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

std::string original_path(const std::string& asset_id) {
  return fmt::format("/api/v1/director/assets/{}/original", asset_id);
}

}  // namespace antiphon::director
