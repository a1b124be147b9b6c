#pragma once

#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "engine/async/pool.h"
#include "engine/base/random.h"

namespace antiphon::store {

/// A stored content, named by what it is.
struct Blob {
  std::string hash;  ///< SHA-256 as 64 hexadecimal digits in lower case
  std::uint64_t bytes = 0;
};

/// Gives the next piece of a content, empty at its end.
using BlobSource = std::function<Task<std::string>()>;

/// Large contents outside SQL. The same content is stored once; whose it is and how often it is
/// used stands in the tables that name it, so a hash alone gives nobody access. Thread-safe.
/// Every call throws Error{Code::invalid} for a hash of wrong form, Error{Code::unavailable} when
/// storage fails or is too busy for the deadline.
class BlobStore {
 public:
  virtual ~BlobStore() = default;

  /// Stores what the source gives; durable when it returns. A source that throws leaves nothing.
  /// @throws Error{Code::too_large} beyond `bytes_max`; what the source throws
  virtual Task<Blob> put(Instant deadline, BlobSource source, std::uint64_t bytes_max) = 0;
  /// The same for a content at hand.
  Task<Blob> put(Instant deadline, std::string content);

  /// Its size; nothing when it is not stored.
  virtual Task<std::optional<std::uint64_t>> size(Instant deadline, std::string hash) = 0;
  /// Bytes [offset, offset + bytes_max), fewer at the end.
  /// @throws Error{Code::not_found}
  virtual Task<std::string> read(Instant deadline, std::string hash, std::uint64_t offset,
                                 std::size_t bytes_max) = 0;
  /// A file of this machine with the content, for programs that read files. Not to be changed.
  /// @throws Error{Code::not_found}
  virtual Task<std::filesystem::path> local_file(Instant deadline, std::string hash) = 0;
  /// Whether the stored bytes still have the hash. @throws Error{Code::not_found}
  virtual Task<bool> verify(Instant deadline, std::string hash) = 0;
  /// Takes a content away, if it was last put before that time; nothing: in any case.
  /// @return whether it did
  virtual Task<bool> remove(Instant deadline, std::string hash,
                            std::optional<Timestamp> stored_before) = 0;
  Task<bool> remove(Instant deadline, std::string hash) {
    return remove(deadline, std::move(hash), std::nullopt);
  }
};

/// Blobs as files FOLDER/ab/cd/abcd…, written as FOLDER/partial/… and moved once whole and synced.
class DiskBlobs final : public BlobStore {
 public:
  /// Makes the folder and clears what a crash left half-written: one process at a time owns it.
  /// @throws Error{Code::unavailable} when it cannot be made
  DiskBlobs(std::filesystem::path folder, Pool& pool, Random& random);

  using BlobStore::put;
  using BlobStore::remove;
  Task<Blob> put(Instant deadline, BlobSource source, std::uint64_t bytes_max) override;
  Task<std::optional<std::uint64_t>> size(Instant deadline, std::string hash) override;
  Task<std::string> read(Instant deadline, std::string hash, std::uint64_t offset,
                         std::size_t bytes_max) override;
  Task<std::filesystem::path> local_file(Instant deadline, std::string hash) override;
  Task<bool> verify(Instant deadline, std::string hash) override;
  Task<bool> remove(Instant deadline, std::string hash,
                    std::optional<Timestamp> stored_before) override;

 private:
  std::filesystem::path path_of(const std::string& hash) const;

  std::filesystem::path folder_;
  Pool& pool_;
  Random& random_;
  // Held while a file is put in place, or looked at and taken away.
  std::shared_ptr<std::mutex> place_ = std::make_shared<std::mutex>();
};

}  // namespace antiphon::store
