#pragma once

#include <map>

#include "engine/live/log_file.h"
#include "engine/live/log_format.h"

namespace antiphon::live {

/// A session as the logs remember it.
struct RecoveredSession {
  Checkpoint checkpoint;            ///< the newest
  std::vector<LoggedEvent> events;  ///< ordered, seq without holes
  std::size_t after = 0;            ///< how many of them the checkpoint's snapshot has in it
  std::uint64_t epoch = 1;          ///< to go on in; events of older ones cannot be resumed from

  std::uint64_t last_seq() const { return events.empty() ? checkpoint.seq : events.back().seq; }
};

/// What the logs of all cores hold when the server starts.
struct RecoveredLogs {
  std::map<std::string, RecoveredSession> sessions;  ///< those that did not end, by id
  std::vector<std::string> files;                    ///< read, to be removed once rewritten
  std::uint64_t next_segment = 1;                    ///< above all numbers in use
  std::size_t cut_bytes = 0;                         ///< that were no whole record
  bool lost = false;  ///< events may be missing: every session is in a new epoch
};

/// Reads every log below `folder` (DIR/live). The sessions are then written into new segments,
/// synced, and only then are the old files removed, so that a crash at any point loses nothing.
RecoveredLogs recover_logs(LogFiles& files, const std::string& folder);

/// Says that the logs are written to: until mark_clean() they are whole only if the machine was not
/// restarted in between, because the kernel keeps what a killed process has written.
void mark_in_use(LogFiles& files, const std::string& folder);
/// Says that all is synced and nobody writes any more.
void mark_clean(LogFiles& files, const std::string& folder);

}  // namespace antiphon::live
