#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <vector>

#include "engine/base/random.h"
#include "engine/store/watched_disk.h"

namespace antiphon::store::testing {

/// A disk that can lose everything it was not told to sync, as one does whose power is cut: each
/// sector written since the file's last sync is there or not by chance, alone and in any order, and
/// so is the name of a new file.
class LossyDisk final : public WatchedDisk {
 public:
  LossyDisk() : WatchedDisk(Syncs::only_counted) {}

  /// Calls `action` once, within the write or sync that is the `after`th from now. Meanwhile
  /// nothing reaches the disk, so that what it copies with save() belongs to that moment.
  void at_operation(std::uint64_t after, std::function<void()> action);
  /// Writes into `folder` what a crash at this moment leaves of the files of this disk.
  void save(const std::filesystem::path& folder, Random& chance) const;

  static constexpr std::size_t sector_bytes = 512;

 protected:
  void opened(const std::string& path) override;
  void written(const std::string& path, std::size_t offset, std::string_view bytes) override;
  void truncated(const std::string& path, std::size_t size) override;
  void removed(const std::string& path) override;
  bool synced(const std::string& path) override;

 private:
  // A write of bytes at an offset, or where there are none, the new size.
  struct Change {
    std::size_t offset;
    std::optional<std::string> bytes;
  };
  struct File {
    std::string synced;
    std::vector<Change> pending;
    bool has_name = false;  // its name is synced
    bool is_removed = false;
  };

  static void apply(std::string& content, const Change& change);
  static std::string survivor(const File& file, std::uint64_t percent, Random& chance);
  void count();

  std::mutex mutex_;
  std::map<std::string, File> files_;
  std::uint64_t left_ = 0;
  std::function<void()> action_;
};

}  // namespace antiphon::store::testing
