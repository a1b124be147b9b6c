#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/random.h"
#include "engine/live/log_file.h"

namespace antiphon::simulate {

/// A file on a simulated disk: what was written, and what of it is on the disk.
class SimulatedFile {
 public:
  const std::string& bytes() const { return bytes_; }
  void write(std::size_t offset, std::string_view bytes);
  void truncate(std::size_t size);
  void sync();
  /// What a power cut leaves: what was synced, and of the changes since then a few of the first,
  /// the last of them torn.
  void lose_power(Random& random);

 private:
  struct Change {
    std::size_t offset;
    std::optional<std::string> bytes;  // nothing: the file ends here
  };
  static void apply(std::string& file, const Change& change);

  std::string bytes_;
  std::string durable_;
  std::vector<Change> unsynced_;
};

/// A disk in memory. Names are durable at once; contents once synced. The event log writes to it
/// directly, SQLite through SqliteFiles.
class SimulatedDisk final : public live::LogFiles {
 public:
  using FilePointer = std::shared_ptr<SimulatedFile>;

  std::unique_ptr<live::LogFile> create(const std::string& path) override;
  std::string read(const std::string& path) override;
  void replace(const std::string& path, std::string_view bytes) override;
  bool exists(const std::string& path) override { return files_.contains(path); }
  void remove(const std::string& path) override { files_.erase(path); }
  std::vector<std::string> list(const std::string& folder) override;
  std::string boot_id() override { return std::to_string(boots_); }

  /// The file, which is made when it is not there and `may_make`; else null.
  FilePointer open(const std::string& path, bool may_make);

  /// The disk as the next process finds it after this one was killed. What this one still writes
  /// goes nowhere.
  std::shared_ptr<SimulatedDisk> after_kill() const;
  /// The same after the machine lost power, and started again.
  std::shared_ptr<SimulatedDisk> after_power_cut(Random& random) const;

  bool is_full = false;  ///< the event log cannot be written

 private:
  std::map<std::string, FilePointer> files_;
  int boots_ = 1;
};

}  // namespace antiphon::simulate
