#pragma once

#include <string>

#include "apps/director/library/asset_store.h"
#include "apps/director/library/clip_news.h"
#include "engine/async/pool.h"
#include "engine/media/film.h"
#include "engine/schema/json.h"
#include "engine/store/blob_ledger.h"
#include "engine/store/job_runner.h"

namespace antiphon::director {

/// The payload of a preparation.
struct PrepareClip {
  std::string asset_id;
};

inline auto describe(schema::Tag<PrepareClip>) {
  return schema::object<PrepareClip>("PrepareClip", "Which clip is prepared")
      .field("assetId", &PrepareClip::asset_id, "Its id");
}

/// Makes a clip that came in ready to be shown: looks into it, makes its still picture and, where
/// browsers would not play it smoothly, a preview. A job; it ends with the clip ready or failed,
/// once and for all attempts.
class Preparation {
 public:
  struct Parts {
    store::Database& database;
    store::BlobStore& blobs;
    store::BlobLedger& ledger;
    app::Changes& changes;
    Pool& files;
    media::Film& film;
  };

  explicit Preparation(Parts parts) : parts_(parts) {}

  Task<> run(store::JobContext job);

  static constexpr std::string_view job_kind = "director.prepare_clip";
  static constexpr int running_max = 2;

 private:
  struct Made {
    Asset asset;  ///< as it will be
    std::vector<store::UploadedBlob> blobs;
  };
  Task<Made> prepare(store::JobContext job, Asset asset);
  Task<> add_preview(store::JobContext& job, std::filesystem::path source, media::FilmFacts facts,
                     Made& made);
  Task<> finish(store::JobContext job, Made made);
  Task<> fail(store::JobContext job, Asset asset, std::string problem);
  bool put(store::Tx& tx, const std::string& tenant, const Made& made);

  Parts parts_;
};

}  // namespace antiphon::director
