#pragma once

#include "engine/metrics/registry.h"
#include "engine/store/blobs.h"
#include "engine/store/database.h"

namespace antiphon::store {

/// What a tenant's contents weigh. A content counts once for a tenant, however often it is used.
struct BlobUse {
  std::int64_t bytes = 0;
  std::int64_t objects = 0;
  std::int64_t bytes_max = 0;  ///< its quota
};

/// A content that has arrived and is claimed by its upload, until the transaction of its cause
/// gives it an owner.
struct UploadedBlob {
  Blob blob;
  std::string upload;  ///< "upl_…"
};

/// Every statement of the ledger, for the tests that read all SQL.
std::span<const Statement> blob_statements();

/// Who uses which content, within which quota (E-63). The rows come first: a content is claimed
/// before its file is in place, and its file goes only after nobody has claimed it for a while. So
/// a crash at any point leaves at most a file that the sweep knows of. Thread-safe.
class BlobLedger {
 public:
  struct Options {
    std::int64_t quota_bytes = std::int64_t{10} << 30;  ///< of a tenant that has none of its own
    Duration upload_max = std::chrono::hours(24);       ///< an upload without an owner is garbage
    Duration garbage_kept = std::chrono::hours(1);      ///< before its file goes
    metrics::Registry* metrics = nullptr;               ///< outlives the ledger
  };

  BlobLedger(Database& database, BlobStore& blobs, Random& random, Options options);
  BlobLedger(Database& database, BlobStore& blobs, Random& random)
      : BlobLedger(database, blobs, random, Options()) {}

  /// Stores a content for the caller's tenant, piece by piece.
  /// @throws Error{Code::quota_exceeded} naming limit and use; as BlobStore::put
  Task<UploadedBlob> put(Call call, BlobSource source, std::uint64_t bytes_max);

  /// Gives an upload its owner ("ast_…"), in the transaction of its cause.
  /// @throws Error{Code::gone} when the upload has become too old
  void adopt(Tx& tx, const std::string& tenant, const UploadedBlob& uploaded,
             const std::string& owner);
  /// One more owner for a content that the tenant has. @throws Error{Code::not_found}
  void share(Tx& tx, const std::string& tenant, const std::string& hash, const std::string& owner);
  /// Ends all that `owner` claims. @return contents it claimed
  int release(Tx& tx, const std::string& tenant, const std::string& owner);

  BlobUse use(Tx& tx, const std::string& tenant) const;
  /// @param bytes_max  nothing: the usual one
  void set_quota(Tx& tx, const std::string& tenant, std::optional<std::int64_t> bytes_max);

  /// Takes away what nobody claims, also what a crash left; for a job. @return files it removed
  Task<int> sweep(Instant deadline);

 private:
  void reserve(Tx& tx, const std::string& tenant, const UploadedBlob& uploaded) const;
  void claim(Tx& tx, const std::string& tenant, const Blob& blob, const std::string& owner,
             bool is_upload) const;
  void drop(Tx& tx, const std::string& tenant, const std::string& owner,
            const std::string& hash) const;
  void expire_uploads(Tx& tx) const;
  Task<> give_up(std::string tenant, std::string upload);
  Task<bool> sweep_one(std::string hash, Timestamp stored_before, Instant deadline);

  Database& database_;
  BlobStore& blobs_;
  Random& random_;
  Options options_;
  metrics::Registry unread_;
  metrics::Gauge bytes_;
  metrics::Gauge objects_;
  metrics::Counter refused_;
  metrics::Counter swept_;
};

}  // namespace antiphon::store
