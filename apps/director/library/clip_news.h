#pragma once

#include <optional>
#include <string>

#include "apps/director/library/asset.h"
#include "engine/app/changes.h"

namespace antiphon::director {

/// What all cores of this process are told of a clip, for those who watch the library.
struct ClipNews {
  std::string tenant;
  std::string asset_id;
  std::string state;    ///< as ClipState, or "deleted"
  std::string problem;  ///< why it failed
  double progress = 0;  ///< of its preparation, 0 to 1
};

inline auto describe(schema::Tag<ClipNews>) {
  return schema::object<ClipNews>("ClipNews", "What has become of a clip")
      .field("tenant", &ClipNews::tenant, "Whose")
      .field("assetId", &ClipNews::asset_id, "Which")
      .field("state", &ClipNews::state, "processing, ready, failed or deleted")
      .field("problem", &ClipNews::problem, "Why it failed")
      .field("progress", &ClipNews::progress, "Of its preparation, 0 to 1");
}

/// What ClipNews are published under; the key is their JSON.
inline constexpr std::string_view clip_news = "director.clip_news";

/// Says that a clip is new or has changed: to indexes and to those who watch.
void tell_clip(app::Changes& changes, const std::string& tenant, const Asset& asset);
void tell_clip_deleted(app::Changes& changes, const std::string& tenant,
                       const std::string& asset_id);
/// Says how far a clip's preparation is: to those who watch.
void tell_progress(app::Changes& changes, const std::string& tenant, const std::string& asset_id,
                   double progress);

}  // namespace antiphon::director
