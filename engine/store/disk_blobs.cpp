#include <fcntl.h>

#include "engine/base/error.h"
#include "engine/base/ids.h"
#include "engine/store/blob_file.h"
#include "engine/store/blobs.h"

namespace antiphon::store {
namespace {

namespace fs = std::filesystem;

// verify() reads in pieces of this size.
constexpr std::size_t verified_piece_bytes = 1 << 20;

void check_hash(std::string_view hash) {
  constexpr std::string_view digits = "0123456789abcdef";
  if (hash.size() != 64 || hash.find_first_not_of(digits) != std::string_view::npos) {
    throw Error(Code::invalid, "A blob's hash is 64 hexadecimal digits in lower case.");
  }
}

void expect_no(std::error_code error) {
  if (!error) return;
  throw Error(Code::unavailable, "The storage for files does not work.").detail(error.message());
}

bool has_hash(const fs::path& path, const std::string& hash, const StopFlag& stop) {
  File file(path, O_RDONLY);
  Hasher hasher;
  for (std::uint64_t offset = 0; !stop.requested();) {
    std::string piece = file.read_at(offset, verified_piece_bytes);
    if (piece.empty()) break;
    hasher.add(piece);
    offset += piece.size();
  }
  return hasher.finish() == hash;
}

// Takes an unfinished file away when put() ends, not when the pool's thread lets go of it.
struct DiscardAtEnd {
  std::shared_ptr<BlobUpload> upload;
  ~DiscardAtEnd() { upload->discard(); }
};

}  // namespace

DiskBlobs::DiskBlobs(fs::path folder, Pool& pool, Random& random)
    : folder_(std::move(folder)), pool_(pool), random_(random) {
  std::error_code error;
  fs::remove_all(partial_folder(folder_), error);
  if (!error) fs::create_directories(partial_folder(folder_), error);
  if (error) {
    throw Error(Code::unavailable, fmt::format("The folder {} cannot be made: {}.",
                                               folder_.string(), error.message()));
  }
}

fs::path DiskBlobs::path_of(const std::string& hash) const {
  check_hash(hash);
  return blob_path(folder_, hash);
}

Task<Blob> DiskBlobs::put(Instant deadline, BlobSource source, std::uint64_t bytes_max) {
  std::string name = make_id("upl", random_);
  auto upload =
      co_await pool_.run(WorkClass::request, deadline, [folder = folder_, name](const StopFlag&) {
        return std::make_shared<BlobUpload>(folder, name);
      });
  DiscardAtEnd discard{upload};
  for (;;) {
    std::string piece = co_await source();
    if (piece.empty()) break;
    if (piece.size() > bytes_max - upload->bytes()) {
      throw Error(Code::too_large, fmt::format("The content has more than {} bytes.", bytes_max));
    }
    co_await pool_.run(
        WorkClass::request, deadline,
        [upload, piece = std::move(piece)](const StopFlag&) { upload->append(piece); });
  }
  co_return co_await pool_.run(WorkClass::request, deadline,
                               [upload, place = place_](const StopFlag&) {
                                 upload->seal();
                                 std::lock_guard lock(*place);
                                 return upload->finish();
                               });
}

Task<std::optional<std::uint64_t>> DiskBlobs::size(Instant deadline, std::string hash) {
  fs::path path = path_of(hash);
  co_return co_await pool_.run(WorkClass::request, deadline,
                               [path](const StopFlag&) -> std::optional<std::uint64_t> {
                                 std::error_code error;
                                 std::uint64_t bytes = fs::file_size(path, error);
                                 if (error) return std::nullopt;
                                 return bytes;
                               });
}

Task<std::string> DiskBlobs::read(Instant deadline, std::string hash, std::uint64_t offset,
                                  std::size_t bytes_max) {
  fs::path path = path_of(hash);
  co_return co_await pool_.run(WorkClass::request, deadline,
                               [path, offset, bytes_max](const StopFlag&) {
                                 return File(path, O_RDONLY).read_at(offset, bytes_max);
                               });
}

Task<fs::path> DiskBlobs::local_file(Instant deadline, std::string hash) {
  auto bytes = co_await size(deadline, hash);
  if (!bytes) throw Error(Code::not_found, "There is no such blob.");
  co_return path_of(hash);
}

Task<bool> DiskBlobs::verify(Instant deadline, std::string hash) {
  fs::path path = path_of(hash);
  co_return co_await pool_.run(WorkClass::batch, deadline, [path, hash](const StopFlag& stop) {
    return has_hash(path, hash, stop);
  });
}

Task<bool> DiskBlobs::remove(Instant deadline, std::string hash,
                             std::optional<Timestamp> stored_before) {
  fs::path path = path_of(hash);
  co_return co_await pool_.run(
      WorkClass::request, deadline, [path, stored_before, place = place_](const StopFlag&) {
        std::lock_guard lock(*place);
        std::error_code error;
        auto stored = fs::last_write_time(path, error);
        if (error == std::errc::no_such_file_or_directory) return false;
        expect_no(error);
        if (stored_before && fs::file_time_type::clock::to_sys(stored) >= *stored_before) {
          return false;
        }
        bool was_there = fs::remove(path, error);
        expect_no(error);
        return was_there;
      });
}

}  // namespace antiphon::store
