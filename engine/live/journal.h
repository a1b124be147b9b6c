#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/async/pool.h"
#include "engine/async/task_group.h"
#include "engine/live/counters.h"
#include "engine/live/event.h"
#include "engine/live/event_log.h"

namespace antiphon::live {

/// The event log in the rhythm of one core: what was appended during a pass of the event loop is
/// written at its end in one call, and synced by a pool thread every 200 ms, or at once when
/// something waits for it; then its authors are told. Lives on its core; stop() before it goes.
class Journal {
 public:
  /// Somebody whose records must be safe before their effect is shown.
  class Author {
   public:
    virtual ~Author() = default;
    virtual std::shared_ptr<Author> self() = 0;
    /// The pass ends: what is to be in its write is appended now.
    virtual void on_write() {}
    /// More is safe than before. @return whether it still waits for something
    virtual bool on_recorded() = 0;

   private:
    friend class Journal;
    bool is_waiting_ = false;
  };
  struct Options {
    std::chrono::milliseconds sync_interval{200};
    std::chrono::milliseconds retry_interval{200};  ///< after the disk refused
    Counters* counters = nullptr;  ///< outlives the journal; null: nothing is counted
  };

  /// @param files_pool  where fsync blocks; null: the core does it itself
  Journal(EventLog log, Core& core, Pool* files_pool);
  Journal(EventLog log, Core& core, Pool* files_pool, Options options);
  ~Journal();

  /// On its core, before the first append.
  void start();

  /// Before `bytes` are kept for a later append.
  /// @throws Error{Code::unavailable} when too much waits for a disk that refuses
  void check_room(std::size_t bytes) const;
  /// The author is asked at the end of the pass what it has for the log.
  void expect(Author& author);
  /// Adds a record for the author, who is told when it is safe. @throws as check_room
  EventLog::Mark append(Author& author, const LogRecord& record, Durability durability);
  /// The same, whether there is room or not.
  EventLog::Mark append(Author& author, const EventsRecord& events, Durability durability);
  bool is_safe(EventLog::Mark mark, Durability durability) const;
  /// Waits until all that its authors have so far is on the disk.
  /// @throws Error{Code::unavailable} when it is not by `deadline`
  Task<> until_synced(Instant deadline);
  /// Where the newest record ends, and the next one begins.
  EventLog::Mark end() const { return log_.end(); }
  /// Where the oldest record begins that can be read back.
  EventLog::Mark first() const { return log_.first(); }
  /// Runs `read(segments)` where it may block, and gives its result.
  template <class F, class R = std::invoke_result_t<F, const EventLog::Segments&>>
  Task<R> read_back(F read) {
    auto work = [segments = log_.segments(), read = std::move(read)](const StopFlag&) {
      return read(segments);
    };
    if (!pool_) co_return work(StopFlag());
    co_return co_await pool_->run(WorkClass::live, Instant::max(), std::move(work));
  }
  /// Gives back memory that a busy time has left.
  void shrink() { log_.shrink(); }

  /// Whether the disk takes what is written; otherwise new work is refused.
  bool healthy() const { return log_.failure().empty() && sync_failure_.empty(); }
  std::string failure() const { return sync_failure_.empty() ? log_.failure() : sync_failure_; }

  std::uint64_t segment() const { return log_.segment(); }
  /// As EventLog::expired and EventLog::drop_until; the drop comes after a sync.
  std::optional<std::uint64_t> expired() const;
  Task<> drop_until(std::uint64_t segment);

  /// Writes what was appended, without waiting for the end of the pass.
  void flush();
  /// Writes and syncs all there is.
  Task<> sync();
  /// The same, and ends its tasks; nothing may be appended afterwards.
  /// @return whether everything is on the disk
  Task<bool> stop();

 private:
  EventLog::Mark appended(Author& author, Durability durability);
  void ask_authors();
  void schedule();
  void tell();
  void plan_sync();
  Task<> sync_on_request();
  Task<> sync_once();
  void count(bool is_synced, Instant begun) const;

  EventLog log_;
  Core& core_;
  Pool* pool_;
  Options options_;
  std::vector<std::shared_ptr<Author>> authors_;  ///< who wait
  EventLog::Mark sync_wanted_ = 0;
  std::string sync_failure_;
  bool scheduled_ = false;
  Waiter sync_request_;
  std::optional<Timers::Alarm> sync_alarm_;
  std::optional<Timers::Alarm> retry_alarm_;
  TaskGroup tasks_;
};

}  // namespace antiphon::live
