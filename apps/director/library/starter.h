#pragma once

#include <filesystem>
#include <string>

#include "apps/director/library/library.h"
#include "engine/async/pool.h"
#include "engine/store/blob_ledger.h"
#include "engine/store/job_runner.h"

namespace antiphon::director {

/// Gives every tenant the starter library: clips that the project draws itself. The job runs once
/// for a tenant, and again whenever it was interrupted. What the tenant deletes stays deleted.
class StarterLibrary {
 public:
  struct Parts {
    store::Database& database;
    store::BlobLedger& ledger;
    app::Changes& changes;
    Pool& files;
    Random& random;
    std::filesystem::path folder;  ///< holds catalogue.json, the clips and their pictures
  };

  explicit StarterLibrary(Parts parts) : parts_(std::move(parts)) {}

  /// The job: imports for the tenant of the call. Its payload is not used.
  Task<> import(store::JobContext job);

  static constexpr std::string_view job_kind = "director.import_starter";

 private:
  struct Entry {
    Asset asset;
    store::UploadedBlob clip;
    store::UploadedBlob picture;
  };
  struct Loading;
  Task<> load(store::JobContext job, std::shared_ptr<Loading> loading);
  void store(store::Tx& tx, const std::string& tenant, const Entry& entry) const;
  Task<store::UploadedBlob> put(Call call, std::string file);
  Task<std::string> read_file(std::filesystem::path path, Instant deadline);

  Parts parts_;
};

}  // namespace antiphon::director
