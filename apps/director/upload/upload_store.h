#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/store/database.h"

namespace antiphon::director {

/// What has become of an upload: `open` until all bytes are there and looked into, then `taken`
/// into the library or `refused`.
enum class UploadState { open, taken, refused };
std::string_view to_text(UploadState state);

/// A file that arrives in parts.
struct PartialUpload {
  std::string id;  ///< "upl_…"
  std::string created_by;
  std::uint64_t bytes = 0;     ///< when whole; 0 until that is told
  std::uint64_t received = 0;  ///< that are safe
  std::string metadata;        ///< the header Upload-Metadata, as it was sent
  UploadState state = UploadState::open;
  std::string asset_id = {};  ///< of the clip that it has become
  std::string problem = {};   ///< why it was refused
  Timestamp created_at;
  Timestamp expires_at;

  bool is_whole() const { return bytes > 0 && received == bytes; }
};

/// What the open uploads of a tenant come to.
struct OpenUploads {
  std::int64_t count = 0;
  std::int64_t bytes = 0;  ///< when they are whole; of those that have not told it, received ones
};

/// The rows of uploads, each in a transaction of its caller's.
class UploadStore {
 public:
  static std::span<const store::Statement> statements();

  static void insert(store::Tx& tx, const std::string& tenant, const PartialUpload& upload);
  static std::optional<PartialUpload> find(store::Tx& tx, const std::string& tenant,
                                           const std::string& id);
  /// Stores its size, how far it is, what has become of it, and until when it is kept.
  static void update(store::Tx& tx, const std::string& tenant, const PartialUpload& upload);
  static bool remove(store::Tx& tx, const std::string& tenant, const std::string& id);
  static OpenUploads open(store::Tx& tx, const std::string& tenant);
  /// Those that are kept no longer. @param limit  of the answer
  static std::vector<std::string> expired(store::Tx& tx, const std::string& tenant, Timestamp now,
                                          int limit);
};

}  // namespace antiphon::director
