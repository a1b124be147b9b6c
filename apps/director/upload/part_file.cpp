#include "apps/director/upload/part_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>

#include "engine/base/error.h"
#include "engine/base/file_io.h"

namespace antiphon::director {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(std::string_view what, int error) {
  std::string_view message = error == ENOSPC || error == EDQUOT
                                 ? "The storage for uploads is full."
                                 : "The storage for uploads does not work.";
  throw Error(Code::unavailable, std::string(message))
      .detail(fmt::format("{} an upload: {}", what, std::strerror(error)));
}

// The name may be gone, or another file's, once we hold the file that we opened by it.
bool is_named(int file, const fs::path& path) {
  struct stat ours{};
  struct stat named{};
  return ::fstat(file, &ours) == 0 && ::stat(path.c_str(), &named) == 0 &&
         ours.st_ino == named.st_ino && ours.st_dev == named.st_dev;
}

}  // namespace

std::shared_ptr<PartFile> PartFile::open(const fs::path& path) {
  constexpr mode_t owner_only = 0600;
  for (;;) {
    Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, owner_only));
    if (file.get() < 0) fail("open", errno);
    if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
      if (errno == EWOULDBLOCK) return nullptr;
      if (errno != EINTR) fail("lock", errno);
    } else if (is_named(file.get(), path)) {
      return std::shared_ptr<PartFile>(new PartFile(std::move(file)));
    }
  }
}

void PartFile::write_at(std::uint64_t offset, std::string_view bytes) {
  if (int error = antiphon::write_at(file_.get(), offset, bytes)) fail("write", error);
}

void PartFile::sync() {
  if (::fdatasync(file_.get()) != 0) fail("sync", errno);
}

void PartFile::cut(std::uint64_t bytes) {
  if (::ftruncate(file_.get(), static_cast<off_t>(bytes)) != 0) fail("cut", errno);
}

std::string PartFile::read_at(std::uint64_t offset, std::size_t bytes_max) const {
  auto bytes = antiphon::read_at(file_.get(), offset, bytes_max);
  if (!bytes) fail("read", bytes.error());
  return *std::move(bytes);
}

Task<std::shared_ptr<PartFile>> PartFiles::open(std::string upload, Instant deadline) {
  if (folder_.empty()) throw Error(Code::unavailable, "There is no place for uploads here.");
  return files_.run(WorkClass::request, deadline,
                    [folder = folder_, upload = std::move(upload)](const StopFlag&) {
                      std::error_code error;
                      fs::create_directories(folder, error);
                      if (error) fail("make the folder of", error.value());
                      return PartFile::open(folder / upload);
                    });
}

Task<> PartFiles::remove(std::string upload, Instant deadline) {
  return files_.run(WorkClass::request, deadline, [path = folder_ / upload](const StopFlag&) {
    std::error_code error;
    fs::remove(path, error);
    if (error) fail("remove", error.value());
  });
}

Task<int> PartFiles::sweep(Duration unused_for, Instant deadline) {
  return files_.run(WorkClass::batch, deadline,
                    [folder = folder_, unused_for](const StopFlag& stop) {
                      int removed = 0;
                      std::error_code error;
                      auto before = fs::file_time_type::clock::now() - unused_for;
                      for (const auto& entry : fs::directory_iterator(folder, error)) {
                        if (stop.requested()) break;
                        auto written = entry.last_write_time(error);
                        if (!error && written < before && fs::remove(entry.path(), error))
                          ++removed;
                      }
                      return removed;
                    });
}

}  // namespace antiphon::director
