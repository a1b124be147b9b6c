#pragma once

#include <filesystem>

namespace antiphon {

/// A new folder of our own among the machine's temporary files, readable by its owner alone; it
/// goes with everything in it when this goes.
class TemporaryFolder {
 public:
  /// @throws Error{Code::unavailable}
  TemporaryFolder();
  /// The same in another folder, which is made when it is not there.
  explicit TemporaryFolder(const std::filesystem::path& parent);
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace antiphon
