#include <fcntl.h>
#include <unistd.h>

#include <cstring>

#include "engine/base/descriptor.h"
#include "engine/base/error.h"
#include "engine/base/ids.h"
#include "engine/http/upload.h"

namespace antiphon::http {
namespace {

namespace fs = std::filesystem;

constexpr mode_t owner_only = 0600;

[[noreturn]] void fail(std::string_view what, int error) {
  std::string_view message = error == ENOSPC || error == EDQUOT
                                 ? "The storage for uploads is full."
                                 : "The storage for uploads does not work.";
  throw Error(Code::unavailable, std::string(message))
      .detail(fmt::format("{} an upload: {}", what, std::strerror(error)));
}

// Opened and nameless at once: the system frees it with its last descriptor.
Descriptor open_nameless(const fs::path& path) {
  Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, owner_only));
  if (file.get() < 0) fail("create", errno);
  if (::unlink(path.c_str()) != 0) fail("unname", errno);
  return file;
}

void write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail("write", errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

std::string read_at(int file, std::uint64_t offset, std::size_t bytes_max) {
  std::string bytes(bytes_max, '\0');
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    ssize_t got = ::pread(file, bytes.data() + filled, bytes.size() - filled,
                          static_cast<off_t>(offset + filled));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail("read", errno);
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  bytes.resize(filled);
  return bytes;
}

class DiskUpload final : public UploadFile {
 public:
  DiskUpload(Descriptor file, Pool& files)
      : file_(std::make_shared<Descriptor>(std::move(file))), files_(files) {}

  Task<> append(Instant deadline, std::string piece) override {
    return files_.run(WorkClass::request, deadline,
                      [file = file_, piece = std::move(piece)](const StopFlag&) {
                        write_all(file->get(), piece);
                      });
  }

  Task<std::string> read(Instant deadline, std::uint64_t offset, std::size_t bytes_max) override {
    return files_.run(WorkClass::request, deadline,
                      [file = file_, offset, bytes_max](const StopFlag&) {
                        return read_at(file->get(), offset, bytes_max);
                      });
  }

 private:
  std::shared_ptr<Descriptor> file_;  // the pool's thread may still write when the request is gone
  Pool& files_;
};

}  // namespace

DiskUploads::DiskUploads(fs::path folder, Pool& files, Random& random)
    : folder_(std::move(folder)), files_(files), random_(random) {
  std::error_code error;
  fs::remove_all(folder_, error);
  if (!error) fs::create_directories(folder_, error);
  if (!error) return;
  throw Error(Code::unavailable,
              fmt::format("The folder {} cannot be made: {}.", folder_.string(), error.message()));
}

Task<std::shared_ptr<UploadFile>> DiskUploads::create(Instant deadline) {
  fs::path path = folder_ / make_id("upl", random_);
  Descriptor file = co_await files_.run(WorkClass::request, deadline,
                                        [path](const StopFlag&) { return open_nameless(path); });
  co_return std::make_shared<DiskUpload>(std::move(file), files_);
}

}  // namespace antiphon::http
