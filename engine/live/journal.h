#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "engine/async/pool.h"
#include "engine/async/task_group.h"
#include "engine/live/event_log.h"

namespace antiphon::live {

/// The event log in the rhythm of one core: what was appended during a pass of the event loop is
/// written at its end in one call, synced by a pool thread every 200 ms and at once when something
/// waits for it; then its authors are told.
class Journal {
 public:
  /// Told that more of what it appended is safe.
  class Author {
   public:
    virtual ~Author() = default;
    virtual void on_recorded() = 0;
  };
  struct Options {
    std::chrono::milliseconds sync_interval{200};
    std::chrono::milliseconds retry_interval{200};  ///< after the disk refused
  };

  /// @param files_pool  where fsync blocks
  Journal(EventLog log, Pool& files_pool) : Journal(std::move(log), files_pool, Options{}) {}
  Journal(EventLog log, Pool& files_pool, Options options);
  ~Journal();

  /// Adds a record for the author, who is told when it is safe.
  EventLog::Mark append(const std::shared_ptr<Author>& author, const LogRecord& record,
                        Durability durability);
  bool is_safe(EventLog::Mark mark, Durability durability) const;

  /// Whether the disk takes what is written; else new work is refused.
  bool healthy() const { return log_.failure().empty() && sync_failure_.empty(); }
  std::uint64_t segment() const { return log_.segment(); }
  /// As EventLog::expired and drop_until; the drop waits for a sync.
  std::optional<std::uint64_t> expired() const;
  Task<> drop_until(std::uint64_t segment);

  /// Writes and syncs all; then nothing more is written.
  Task<> stop();

 private:
  void schedule();
  void flush();
  void tell();
  void request_sync();
  Task<> sync();
  Task<> sync_loop();

  EventLog log_;
  Pool& pool_;
  Options options_;
  std::vector<std::shared_ptr<Author>> authors_;  ///< with something not yet safe
  std::string sync_failure_;
  EventLog::Mark sync_wanted_ = 0;
  bool scheduled_ = false;
  bool stopping_ = false;
  Waiter sync_request_;
  TaskGroup tasks_;
};

}  // namespace antiphon::live
