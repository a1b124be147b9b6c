#include "apps/director/library/clip_news.h"

#include "apps/director/library/library.h"
#include "engine/schema/json.h"

namespace antiphon::director {

void tell_clip(app::Changes& changes, const std::string& tenant, const Asset& asset) {
  changes.publish(Library::clip_changed, Library::clip_key(tenant, asset.id));
  changes.publish(clip_news,
                  schema::to_json(ClipNews{.tenant = tenant,
                                           .asset_id = asset.id,
                                           .state = std::string(to_text(asset.state)),
                                           .problem = asset.problem,
                                           .progress = asset.state == ClipState::ready ? 1.0 : 0}));
}

void tell_clip_deleted(app::Changes& changes, const std::string& tenant,
                       const std::string& asset_id) {
  changes.publish(Library::clip_changed, Library::clip_key(tenant, asset_id));
  changes.publish(clip_news, schema::to_json(ClipNews{
                                 .tenant = tenant, .asset_id = asset_id, .state = "deleted"}));
}

void tell_progress(app::Changes& changes, const std::string& tenant, const std::string& asset_id,
                   double progress) {
  changes.publish(
      clip_news,
      schema::to_json(ClipNews{
          .tenant = tenant, .asset_id = asset_id, .state = "processing", .progress = progress}));
}

}  // namespace antiphon::director
