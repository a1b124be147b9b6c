#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "engine/base/clock.h"
#include "engine/base/descriptor.h"
#include "engine/schema/describe.h"

namespace antiphon::server {

/// Who holds a data folder.
struct Holder {
  int process = 0;
  std::string address;  ///< "http://127.0.0.1:8080"; empty while it starts
  std::string token;    ///< lets this machine's command line in; empty while it starts
};

inline auto describe(schema::Tag<Holder>) {
  return schema::object<Holder>("Holder", "The process that holds a data folder")
      .field("process", &Holder::process, "Its number")
      .field("address", &Holder::address, "Where it serves", schema::defaulted)
      .field("token", &Holder::token, "For this machine's command line", schema::secret,
             schema::defaulted);
}

/// Called again and again while another process holds the folder; waits a moment each time.
/// @return whether to try once more
using KeepWaiting = std::function<bool()>;
/// One who waits so long.
KeepWaiting at_most(Duration time);

/// A data folder held by this process alone: the lock goes with the process, however it ends.
class DataFolder {
 public:
  /// Makes the folder when it is missing.
  /// @param keep_waiting  none: it is held, or not
  /// @throws Error{Code::conflict} naming the holder; Error{Code::unavailable} when it cannot be
  ///         made or written; what keep_waiting throws
  explicit DataFolder(std::filesystem::path folder, const KeepWaiting& keep_waiting = {});
  ~DataFolder();
  DataFolder(const DataFolder&) = delete;
  DataFolder& operator=(const DataFolder&) = delete;

  const std::filesystem::path& path() const { return folder_; }

  /// Tells the command line of this machine's owner where this server is and how to get in.
  void announce(const std::string& address, const std::string& token);

 private:
  std::filesystem::path folder_;
  Descriptor lock_;
};

/// Who holds `folder` now; nothing when nobody does.
std::optional<Holder> holder_of(const std::filesystem::path& folder);

}  // namespace antiphon::server
