#pragma once

#include <filesystem>
#include <string>

#include "apps/director/library/library.h"
#include "engine/async/pool.h"
#include "engine/store/blobs.h"
#include "engine/store/job_runner.h"

namespace antiphon::director {

/// Gives every tenant the starter library: clips that the project draws itself. The job runs once
/// for a tenant, and again whenever it was interrupted: contents that are there are passed over.
class StarterLibrary {
 public:
  struct Parts {
    AssetStore& assets;
    store::BlobStore& blobs;
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
  Task<std::string> read_file(std::filesystem::path path, Instant deadline);

  Parts parts_;
};

}  // namespace antiphon::director
