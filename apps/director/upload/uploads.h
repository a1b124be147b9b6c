#pragma once

#include <functional>
#include <string>

#include "apps/director/library/intake.h"
#include "apps/director/upload/part_file.h"
#include "apps/director/upload/tus.h"
#include "apps/director/upload/upload_store.h"
#include "engine/async/single_flight.h"

namespace antiphon::director {

/// The next bytes of an upload; empty at their end. Throws when they break off.
using PartSource = std::function<Task<std::string>()>;

/// One stretch of bytes that arrives.
struct NewPart {
  std::uint64_t offset = 0;  ///< of its first byte
  std::optional<Checksum> checksum;
  PartSource bytes;
  std::optional<std::uint64_t> length = {};  ///< of the whole, told now
};

/// Files that arrive in parts, over broken connections and restarts of the server, and become clips
/// or recordings when they are whole. What was acknowledged is safe: a row never says more than is
/// on the disk. Lives on one core.
class Uploads {
 public:
  struct Parts {
    store::Database& database;
    store::BlobLedger& ledger;
    store::Jobs& jobs;
    Random& random;
    PartFiles& files;
    /// Refuses before a byte is sent what it is not for. @throws Error{Code::not_found}
    std::function<Task<>(Call, ToldUpload)> check;
    /// Takes a whole file in. @return the clip that it has become; "" for none
    std::function<Task<std::string>(Call, ToldUpload, SentFile)> take_in;
    /// Whether what came of one that was never finished is better than nothing.
    std::function<Task<bool>(Call, ToldUpload)> wants_unfinished;
    TaskGroup& tasks;
  };

  explicit Uploads(Parts parts) : parts_(std::move(parts)), finishing_(parts_.tasks) {}

  /// @param bytes  nothing: told later, with a part
  /// @throws Error{fields} for metadata that tells no clip; Error{Code::too_large};
  ///         Error{Code::quota_exceeded} when it would not fit, or too many are open
  Task<PartialUpload> create(Call call, std::optional<std::uint64_t> bytes, std::string metadata);

  /// As it stands. One whose bytes are all there is finished first.
  /// @throws Error{Code::not_found}; Error{Code::gone} when it has expired; TusError{423}
  Task<PartialUpload> find(Call call, std::string id);

  /// Takes bytes. When they are the last, the file is taken in before this returns.
  /// @throws as find(); Error{Code::conflict} for another offset than the next; TusError{460} when
  ///         the bytes do not have their checksum; Error{Code::too_large} beyond the end;
  ///         Error{Code::quota_exceeded} when one without a told size grows beyond the quota; what
  ///         Intake::take_in and `part.bytes` throw. What had arrived before stays, unless it has a
  ///         checksum.
  Task<PartialUpload> append(Call call, std::string id, NewPart part);

  /// @throws Error{Code::not_found}; TusError{423}
  Task<> terminate(Call call, std::string id);

  /// The job that takes away what has expired, or takes it in as far as it came where that is
  /// wanted.
  Task<> expire(store::JobContext job);

  static constexpr std::string_view expire_kind = "director.expire_uploads";
  static constexpr std::chrono::hours kept{24};         ///< after the last byte
  static constexpr std::int64_t open_max = 100;         ///< of a tenant
  static constexpr std::uint64_t step_bytes = 8 << 20;  ///< that a crash may cost

 private:
  using Held = std::shared_ptr<PartFile>;
  Task<Held> hold(Call call, const std::string& id);
  Task<PartialUpload> look_up(Call call, std::string id);
  Task<> receive(Call call, Held file, PartialUpload& upload, NewPart& part);
  Task<std::uint64_t> write(Call call, Held file, std::uint64_t offset, std::string bytes);
  Task<> keep(Call call, Held file, PartialUpload& upload);
  Task<> store(Call call, PartialUpload upload);
  Task<bool> save_unfinished(Call call, Held file, PartialUpload upload);
  Task<> store_growing(Call call, PartialUpload upload);
  Task<PartialUpload> finish(Call call, Held file, PartialUpload upload);
  Task<PartialUpload> take_in(Call call, Held file, PartialUpload upload);

  Parts parts_;
  SingleFlight<PartialUpload> finishing_;  ///< goes on when the client has left
};

}  // namespace antiphon::director
