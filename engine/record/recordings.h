#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "engine/async/pool.h"
#include "engine/async/task_group.h"
#include "engine/live/session.h"
#include "engine/record/recorder.h"

namespace antiphon::record {

struct RecordingOptions {
  bool is_enabled = false;
  std::filesystem::path folder;
  std::filesystem::path key_file;
  std::uint64_t file_bytes_max = std::uint64_t{1} << 30;
  std::uint64_t folder_bytes_max = std::uint64_t{20} << 30;
  std::string program;  ///< its version
  /// Name and path of what a replay needs the same of.
  std::vector<std::pair<std::string, std::string>> ingredients;
};

/// Where a session's recording stands.
std::filesystem::path record_path(const std::filesystem::path& folder, std::string_view session_id);

/// The recordings under way of one core. With consent only: who asks for one has it.
class Recordings {
 public:
  Recordings(RecordingOptions options, Pool& files, const Clock& clock, Random& random);

  /// @throws Error{Code::forbidden} when the server records nothing, Error{Code::unavailable}
  ///         when there is no room for one more
  void check() const;

  /// Records from now on; the handler is told with Handler::on_recording_ended should it end before
  /// the session. Right after Hub::open.
  /// @param wish  what Handler::on_begin is given
  void begin(live::Session& session, std::string wish, std::string settings);

  /// Ends all of them; returns when they are on the disk.
  Task<> stop();

 private:
  std::unique_ptr<Recorder> make(live::Session& session, Header header);

  RecordingOptions options_;
  Pool& files_;
  const Clock& clock_;
  Random& random_;
  std::vector<std::weak_ptr<Recorder>> open_;
  TaskGroup tasks_{[](const std::exception_ptr&) {}};  // a recorder tells its failure itself
};

}  // namespace antiphon::record
