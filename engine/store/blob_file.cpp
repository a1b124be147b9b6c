#include "engine/store/blob_file.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/encoding.h"
#include "engine/base/error.h"
#include "engine/base/file_io.h"

namespace antiphon::store {
namespace {

namespace fs = std::filesystem;

constexpr mode_t owner_only = 0600;

[[noreturn]] void fail(std::string_view what, const std::string& where, int error) {
  if (error == ENOENT) throw Error(Code::not_found, "There is no such blob.");
  auto message = error == ENOSPC || error == EDQUOT ? "The storage for files is full."
                                                    : "The storage for files does not work.";
  throw Error(Code::unavailable, message)
      .detail(fmt::format("{} {}: {}", what, where, ::strerror(error)));
}

void sync_folder(const fs::path& folder) { File(folder, O_RDONLY | O_DIRECTORY).sync(); }

}  // namespace

Hasher::Hasher() : context_(EVP_MD_CTX_new()) {
  ENSURE(context_ && EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1,
         "SHA-256 is there");
}

void Hasher::add(std::string_view bytes) {
  ENSURE(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1, "hashing works");
}

std::string Hasher::finish() {
  std::string digest(32, '\0');
  ENSURE(EVP_DigestFinal_ex(context_.get(), reinterpret_cast<unsigned char*>(digest.data()),
                            nullptr) == 1,
         "hashing works");
  return to_hex(digest);
}

void Hasher::Free::operator()(evp_md_ctx_st* context) const { EVP_MD_CTX_free(context); }

File::File(const fs::path& path, int flags)
    : descriptor_(::open(path.c_str(), flags | O_CLOEXEC, owner_only)) {
  if (descriptor_ < 0) fail("open", path.string(), errno);
}

File::~File() { ::close(descriptor_); }

void File::write_all(std::string_view bytes) {
  if (int error = antiphon::write_all(descriptor_, bytes)) fail("write", "blob", error);
}

std::string File::read_at(std::uint64_t offset, std::size_t bytes_max) const {
  std::uint64_t total = size();
  std::uint64_t left = offset < total ? total - offset : 0;
  auto bytes = antiphon::read_at(descriptor_, offset, std::min<std::uint64_t>(bytes_max, left));
  if (!bytes) fail("read", "blob", bytes.error());
  return *std::move(bytes);
}

std::uint64_t File::size() const {
  struct stat status;
  if (::fstat(descriptor_, &status) != 0) fail("stat", "blob", errno);
  return static_cast<std::uint64_t>(status.st_size);
}

void File::sync() {
  if (::fsync(descriptor_) != 0) fail("fsync", "blob", errno);
}

void File::touch() {
  // Named, since the kernel's own "now" is some milliseconds old.
  struct timespec now;
  ::clock_gettime(CLOCK_REALTIME, &now);
  const struct timespec both[2] = {now, now};
  if (::futimens(descriptor_, both) != 0) fail("futimens", "blob", errno);
}

fs::path blob_path(const fs::path& folder, const std::string& hash) {
  return folder / hash.substr(0, 2) / hash.substr(2, 2) / hash;
}

fs::path partial_folder(const fs::path& folder) { return folder / "partial"; }

BlobUpload::BlobUpload(const fs::path& folder, const std::string& name)
    : folder_(folder),
      partial_(partial_folder(folder) / name),
      file_(partial_, O_WRONLY | O_CREAT | O_EXCL) {}

BlobUpload::~BlobUpload() { discard(); }

void BlobUpload::discard() noexcept { ::unlink(partial_.c_str()); }

void BlobUpload::append(std::string_view piece) {
  file_.write_all(piece);
  hasher_.add(piece);
  bytes_ += piece.size();
}

Blob BlobUpload::finish() {
  Blob blob{hasher_.finish(), bytes_};
  fs::path path = blob_path(folder_, blob.hash);
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  if (error) fail("create", path.parent_path().string(), error.value());
  file_.touch();
  // Over an equal one too: the content is the same, and a remove() under way cannot win.
  fs::rename(partial_, path, error);
  if (error) fail("rename", path.string(), error.value());
  sync_folder(path.parent_path());
  sync_folder(path.parent_path().parent_path());
  sync_folder(folder_);
  return blob;
}

}  // namespace antiphon::store
