#include <fcntl.h>
#include <unistd.h>

#include <cstring>

#include "engine/base/descriptor.h"
#include "engine/base/error.h"
#include "engine/base/file_io.h"
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

class DiskUpload final : public UploadFile {
 public:
  DiskUpload(Descriptor file, Pool& files)
      : file_(std::make_shared<Descriptor>(std::move(file))), files_(files) {}

  Task<> append(Instant deadline, std::string piece) override {
    return files_.run(WorkClass::request, deadline,
                      [file = file_, piece = std::move(piece)](const StopFlag&) {
                        int error = write_all(file->get(), piece);
                        if (error != 0) fail("write", error);
                      });
  }

  Task<std::string> read(Instant deadline, std::uint64_t offset, std::size_t bytes_max) override {
    return files_.run(WorkClass::request, deadline,
                      [file = file_, offset, bytes_max](const StopFlag&) {
                        auto bytes = read_at(file->get(), offset, bytes_max);
                        if (!bytes) fail("read", bytes.error());
                        return *std::move(bytes);
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
