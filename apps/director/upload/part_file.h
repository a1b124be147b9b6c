#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "engine/async/pool.h"
#include "engine/base/descriptor.h"

namespace antiphon::director {

/// The bytes of one upload that have arrived, on disk. Who holds one is the only one to, over all
/// processes. Its functions block: they are called on a pool's thread.
class PartFile {
 public:
  /// Opens it, makes it when it is not there. Null when somebody else holds it.
  /// @throws Error{Code::unavailable}
  static std::shared_ptr<PartFile> open(const std::filesystem::path& path);

  /// @throws Error{Code::unavailable} when storage is full or fails
  void write_at(std::uint64_t offset, std::string_view bytes);
  /// Brings what was written to the disk.
  void sync();
  /// Drops what lies behind `bytes`.
  void cut(std::uint64_t bytes);
  /// Fewer bytes than asked for only at the end.
  std::string read_at(std::uint64_t offset, std::size_t bytes_max) const;

 private:
  explicit PartFile(Descriptor file) : file_(std::move(file)) {}

  Descriptor file_;
};

/// The uploads under way, as files of a folder. Thread-safe.
class PartFiles {
 public:
  /// @param folder  is made when it is first needed; empty: there is no place for uploads
  PartFiles(std::filesystem::path folder, Pool& files)
      : folder_(std::move(folder)), files_(files) {}

  /// Null when somebody else holds it. @throws Error{Code::unavailable}
  Task<std::shared_ptr<PartFile>> open(std::string upload, Instant deadline);
  /// Who holds it keeps it until it lets go.
  Task<> remove(std::string upload, Instant deadline);
  /// Takes away files that nobody has written to for so long: what a crash left. @return how many
  Task<int> sweep(Duration unused_for, Instant deadline);

  /// Runs `use(PartFile&)` where files are read and written.
  template <class F, class R = std::invoke_result_t<F, PartFile&>>
  Task<R> with(std::shared_ptr<PartFile> part, Instant deadline, F use) {
    return files_.run(WorkClass::request, deadline,
                      [part = std::move(part), use = std::move(use)](const StopFlag&) mutable {
                        return use(*part);
                      });
  }

 private:
  std::filesystem::path folder_;
  Pool& files_;
};

}  // namespace antiphon::director
