#include "apps/director/library/asset_views.h"

namespace antiphon::director {

AssetView view(const Asset& asset) {
  return {.asset_id = asset.id,
          .title = asset.title,
          .description = asset.description,
          .tags = asset.tags,
          .topic = asset.topic,
          .sentiment = asset.sentiment,
          .duration = static_cast<double>(asset.duration.count()) / 1000.0,
          .licence = asset.licence,
          .attribution = asset.attribution,
          .kind = std::string(to_text(asset.kind)),
          .state = std::string(to_text(asset.state)),
          .problem = asset.problem,
          .job_id = asset.job_id,
          .file_name = asset.file_name,
          .content_type = asset.content_type,
          .content_hash = asset.content_hash,
          .bytes = asset.bytes,
          .width = asset.width,
          .height = asset.height,
          .url = media_path(asset.id),
          .thumbnail_url = thumbnail_path(asset.id),
          .original_url = original_path(asset.id),
          .created_at = asset.created_at,
          .updated_at = std::max(asset.created_at, asset.updated_at)};
}

}  // namespace antiphon::director
