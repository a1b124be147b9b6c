#pragma once

#include <string>

#include "apps/director/library/asset_store.h"
#include "engine/async/pool.h"
#include "engine/store/blob_ledger.h"
#include "engine/store/job_runner.h"

namespace antiphon::director {

/// Brings clips into the ledger of blobs that came before it knew of clips, so that they count in
/// the tenant's quota and their files go with them. A job; what it has done it passes over.
class Claiming {
 public:
  struct Parts {
    store::Database& database;
    store::BlobStore& blobs;
    store::BlobLedger& ledger;
    AssetStore& assets;
    Pool& files;
  };

  explicit Claiming(Parts parts) : parts_(parts) {}

  Task<> run(store::JobContext job);

  static constexpr std::string_view job_kind = "director.claim_blobs";

 private:
  Task<> claim(Call call, Asset asset);
  Task<store::UploadedBlob> put(Call call, std::string hash);

  Parts parts_;
};

}  // namespace antiphon::director
