#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace antiphon::live {

/// A file that is only added to.
class LogFile {
 public:
  virtual ~LogFile() = default;
  /// Adds all of `bytes`, or nothing: after a failure the file is as before.
  /// @throws Error{Code::unavailable} with the system's reason
  virtual void append(std::string_view bytes) = 0;
  /// Returns when the disk has it. From any thread. @throws Error{Code::unavailable}
  virtual void sync() = 0;
};

/// The file operations of the event log, so that a test can lose what was not synced.
class LogFiles {
 public:
  virtual ~LogFiles() = default;
  /// A new file, empty; its folder is made when missing, and the name itself is on the disk.
  virtual std::unique_ptr<LogFile> create(const std::string& path) = 0;
  virtual std::string read(const std::string& path) = 0;
  /// Bytes of it, fewer at its end. From any thread. @throws Error{Code::unavailable}
  virtual std::string read_at(const std::string& path, std::size_t offset, std::size_t bytes) {
    std::string all = read(path);
    return offset < all.size() ? all.substr(offset, bytes) : "";
  }
  /// Replaces a small file at once and for good: after a crash it is the old or the new.
  virtual void replace(const std::string& path, std::string_view bytes) = 0;
  virtual bool exists(const std::string& path) = 0;
  virtual void remove(const std::string& path) = 0;
  /// Names in a folder, sorted; none when it does not exist.
  virtual std::vector<std::string> list(const std::string& folder) = 0;
  /// Changes with every start of the machine: what was written before may be lost.
  virtual std::string boot_id() = 0;
};

/// The machine's file system.
class SystemLogFiles final : public LogFiles {
 public:
  std::unique_ptr<LogFile> create(const std::string& path) override;
  std::string read(const std::string& path) override;
  std::string read_at(const std::string& path, std::size_t offset, std::size_t bytes) override;
  void replace(const std::string& path, std::string_view bytes) override;
  bool exists(const std::string& path) override;
  void remove(const std::string& path) override;
  std::vector<std::string> list(const std::string& folder) override;
  std::string boot_id() override;
};

}  // namespace antiphon::live
