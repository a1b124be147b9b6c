#include "engine/base/file_io.h"

#include <unistd.h>

#include <cerrno>

namespace antiphon {
namespace {

// @param write  (bytes left, bytes done): as write(2)
template <class F>
int write_each(std::string_view bytes, F write) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    ssize_t count = write(bytes.substr(done), done);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno;
    done += static_cast<std::size_t>(count);
  }
  return 0;
}

}  // namespace

std::expected<std::string, int> read_at(int file, std::uint64_t offset, std::size_t bytes_max) {
  std::string bytes(bytes_max, '\0');
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    ssize_t count = ::pread(file, bytes.data() + filled, bytes.size() - filled,
                            static_cast<off_t>(offset + filled));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return std::unexpected(errno);
    if (count == 0) break;
    filled += static_cast<std::size_t>(count);
  }
  bytes.resize(filled);
  return bytes;
}

int write_all(int file, std::string_view bytes) {
  return write_each(bytes, [file](std::string_view rest, std::size_t) {
    return ::write(file, rest.data(), rest.size());
  });
}

int write_at(int file, std::uint64_t offset, std::string_view bytes) {
  return write_each(bytes, [file, offset](std::string_view rest, std::size_t done) {
    return ::pwrite(file, rest.data(), rest.size(), static_cast<off_t>(offset + done));
  });
}

}  // namespace antiphon
