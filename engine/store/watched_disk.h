#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct sqlite3_vfs;

namespace antiphon::store::testing {

/// For tests and benchmarks: stands between SQLite and the disk while it lives. Every file that is
/// opened meanwhile goes through it to the real disk; it sees what is written and what is synced,
/// and counts. One at a time in a program. It outlives every database opened under it.
class WatchedDisk {
 public:
  enum class Syncs { real, only_counted };

  explicit WatchedDisk(Syncs syncs = Syncs::real);
  virtual ~WatchedDisk();
  WatchedDisk(const WatchedDisk&) = delete;
  WatchedDisk& operator=(const WatchedDisk&) = delete;

  /// Calls of fsync or fdatasync since the start.
  std::uint64_t syncs() const { return sync_count_; }

 protected:
  /// What happens to files, told before the real disk does it, from any thread.
  virtual void opened(const std::string& /*path*/) {}
  virtual void written(const std::string& /*path*/, std::size_t /*offset*/,
                       std::string_view /*bytes*/) {}
  virtual void truncated(const std::string& /*path*/, std::size_t /*size*/) {}
  virtual void removed(const std::string& /*path*/) {}
  /// Told before SQLite hears of it, once the disk has it; false makes the call fail.
  virtual bool synced(const std::string& /*path*/) { return true; }

 private:
  friend struct WatchedFile;

  Syncs syncs_;
  std::atomic<std::uint64_t> sync_count_{0};
  sqlite3_vfs* real_;
  std::unique_ptr<sqlite3_vfs> watching_;
};

}  // namespace antiphon::store::testing
