#include "engine/live/log_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "engine/base/error.h"
#include "engine/base/file_io.h"

namespace antiphon::live {
namespace {

[[noreturn]] void fail(std::string_view what, const std::string& path, int reason) {
  throw Error(Code::unavailable, "The live event log cannot be used.")
      .detail(fmt::format("{} {}: {}", what, path, std::strerror(reason)));
}

// A descriptor, closed when this goes.
class Descriptor {
 public:
  Descriptor(const std::string& path, int flags)
      : number_(::open(path.c_str(), flags | O_CLOEXEC, 0600)) {
    if (number_ < 0) fail("open", path, errno);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { ::close(number_); }
  int number() const { return number_; }

 private:
  int number_;
};

void write_all(int descriptor, std::string_view bytes, const std::string& path) {
  if (int error = antiphon::write_all(descriptor, bytes)) fail("write", path, error);
}

// A new name is only there after a crash when its folder was synced.
void sync_folder(const std::string& path) {
  std::string folder = std::filesystem::path(path).parent_path();
  Descriptor descriptor(folder, O_RDONLY | O_DIRECTORY);
  if (::fsync(descriptor.number()) != 0) fail("sync", folder, errno);
}

void make_folders(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), error);
  if (error) fail("make the folder of", path, error.value());
}

class SystemLogFile final : public LogFile {
 public:
  explicit SystemLogFile(const std::string& path)
      : path_(path), file_(path, O_WRONLY | O_CREAT | O_TRUNC) {}

  void append(std::string_view bytes) override {
    try {
      write_all(file_.number(), bytes, path_);
    } catch (...) {
      if (::ftruncate(file_.number(), size_) != 0 || ::lseek(file_.number(), size_, SEEK_SET) < 0) {
        fail("cut", path_, errno);
      }
      throw;
    }
    size_ += static_cast<off_t>(bytes.size());
  }
  void sync() override {
    if (::fdatasync(file_.number()) != 0) fail("sync", path_, errno);
  }

 private:
  std::string path_;
  Descriptor file_;
  off_t size_ = 0;
};

}  // namespace

std::unique_ptr<LogFile> SystemLogFiles::create(const std::string& path) {
  make_folders(path);
  auto file = std::make_unique<SystemLogFile>(path);
  sync_folder(path);
  return file;
}

std::string SystemLogFiles::read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (!file) fail("read", path, errno);
  return bytes;
}

std::string SystemLogFiles::read_at(const std::string& path, std::size_t offset,
                                    std::size_t bytes) {
  Descriptor file(path, O_RDONLY);
  auto found = antiphon::read_at(file.number(), offset, bytes);
  if (!found) fail("read", path, found.error());
  return *std::move(found);
}

void SystemLogFiles::replace(const std::string& path, std::string_view bytes) {
  make_folders(path);
  std::string fresh = path + ".new";
  {
    Descriptor file(fresh, O_WRONLY | O_CREAT | O_TRUNC);
    write_all(file.number(), bytes, fresh);
    if (::fsync(file.number()) != 0) fail("sync", fresh, errno);
  }
  if (::rename(fresh.c_str(), path.c_str()) != 0) fail("rename", fresh, errno);
  sync_folder(path);
}

bool SystemLogFiles::exists(const std::string& path) { return std::filesystem::exists(path); }

void SystemLogFiles::remove(const std::string& path) { ::unlink(path.c_str()); }

std::vector<std::string> SystemLogFiles::list(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code absent;
  for (const auto& entry : std::filesystem::directory_iterator(folder, absent)) {
    names.push_back(entry.path().filename());
  }
  std::ranges::sort(names);
  return names;
}

std::string SystemLogFiles::boot_id() { return read("/proc/sys/kernel/random/boot_id"); }

}  // namespace antiphon::live
