#pragma once

#include <string>

#include "apps/director/library/asset_store.h"
#include "apps/director/library/new_clip.h"
#include "engine/app/changes.h"
#include "engine/media/film.h"
#include "engine/store/blob_ledger.h"
#include "engine/store/job_runner.h"

namespace antiphon::director {

/// A file that becomes a clip.
struct SentFile {
  std::string name;  ///< as it was sent; "" for none
  store::BlobSource content;
};

/// What came of it.
struct TakenIn {
  Asset asset;
  bool is_new = true;  ///< false: the tenant had this content already; its clip is as it was
};

/// Takes files into the library: stores the content, finds out what it is, and sees to its
/// preparation. Lives on one core.
class Intake {
 public:
  struct Parts {
    store::Database& database;
    store::BlobStore& blobs;
    store::BlobLedger& ledger;
    store::Jobs& jobs;
    app::Changes& changes;
    Random& random;
    media::Film& film;
  };

  explicit Intake(Parts parts) : parts_(parts) {}

  /// Nothing is left of a file that is refused.
  /// @throws Error{fields} for what cannot be a name; Error{Code::too_large} above
  ///         `clip_bytes_max`; Error{Code::quota_exceeded}; as media::Film::look_into
  Task<TakenIn> take_in(Call call, NewClip told, SentFile file);

  /// Prepares a clip again that failed, or whose job was given up. @return it, being processed
  /// @throws Error{Code::not_found}; Error{Code::conflict} when it is ready
  Task<Asset> prepare_again(Call call, std::string asset_id);

 private:
  Task<std::optional<Asset>> known(Call call, const store::UploadedBlob& uploaded);
  Task<TakenIn> store(Call call, Asset asset, store::UploadedBlob uploaded);
  Task<> drop(Call call, std::string upload);
  std::string enqueue(store::Tx& tx, const std::string& tenant, const std::string& asset_id) const;
  Asset describe(const Call& call, NewClip told, std::string file_name,
                 const media::FilmFacts& facts, const store::Blob& blob) const;

  Parts parts_;
};

/// @throws Error{fields} for a name of a file that is too long, is no UTF-8 or has control
///         characters
void check_file_name(std::string_view name);

}  // namespace antiphon::director
