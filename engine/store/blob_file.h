#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "engine/store/blobs.h"

struct evp_md_ctx_st;

namespace antiphon::store {

/// SHA-256 of what comes in pieces.
class Hasher {
 public:
  Hasher();
  void add(std::string_view bytes);
  /// 64 hexadecimal digits; once.
  std::string finish();

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

/// A file descriptor that is closed when it goes.
class File {
 public:
  /// @param flags  as open(2) @throws Error{Code::unavailable}; Error{Code::not_found}
  File(const std::filesystem::path& path, int flags);
  ~File();
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  void write_all(std::string_view bytes);
  /// Fewer bytes than asked for only at the end of the file.
  std::string read_at(std::uint64_t offset, std::size_t bytes_max) const;
  std::uint64_t size() const;
  void sync();
  /// Sets its time to now.
  void touch();

 private:
  int descriptor_;
};

/// A blob that is being written; gone with everything unless finish() was reached.
class BlobUpload {
 public:
  BlobUpload(const std::filesystem::path& folder, const std::string& name);
  ~BlobUpload();
  BlobUpload(const BlobUpload&) = delete;
  BlobUpload& operator=(const BlobUpload&) = delete;

  void append(std::string_view piece);
  std::uint64_t bytes() const { return bytes_; }
  /// Makes the bytes durable: the slow part of what follows.
  void seal() { file_.sync(); }
  /// Puts it in place under its hash, durably, as of now. After seal().
  Blob finish();
  /// Takes the unfinished file away; does nothing after finish(). From any thread.
  void discard() noexcept;

 private:
  std::filesystem::path folder_;
  std::filesystem::path partial_;
  File file_;
  Hasher hasher_;
  std::uint64_t bytes_ = 0;
};

/// FOLDER/ab/cd/abcd… for a hash.
std::filesystem::path blob_path(const std::filesystem::path& folder, const std::string& hash);
/// Where uploads under way are.
std::filesystem::path partial_folder(const std::filesystem::path& folder);

}  // namespace antiphon::store
