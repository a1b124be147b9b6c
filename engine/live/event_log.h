#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <optional>

#include "engine/live/log_file.h"
#include "engine/live/log_format.h"

namespace antiphon::live {

struct LogLimits {
  std::size_t segment_bytes = std::size_t{16} << 20;
  std::size_t total_bytes_max = std::size_t{256} << 20;  ///< per core
  std::chrono::seconds age_max = std::chrono::hours(24);
  std::size_t unwritten_bytes_max = std::size_t{64} << 20;  ///< while the disk refuses
};

/// The segments of one core: DIR/live/core-N/00000017.seg. Records are collected, written together,
/// synced together. Marks count the bytes that were ever added, so that "written up to" and "synced
/// up to" are plain comparisons. One thread; only the closure of begin_sync() goes to another.
class EventLog {
 public:
  using Mark = std::uint64_t;

  /// @param first_segment  number of the first file it makes, above all that exist
  EventLog(LogFiles& files, std::string folder, std::uint64_t first_segment, LogLimits limits);

  /// Adds a record to what is written next. Gives the mark at which it ends.
  Mark append(const LogRecord& record);
  Mark append(const EventsRecord& events);
  /// Where the next record begins.
  Mark end() const { return written_ + unwritten_.size(); }
  /// Writes what was collected, in one call. On failure it is kept for the next time.
  /// @return false when the disk refused; `failure()` says why
  bool write(Timestamp now);
  const std::string& failure() const { return failure_; }
  /// Whether more than these bytes may be added without exceeding what is kept while the disk
  /// refuses.
  bool has_room(std::size_t bytes) const {
    return unwritten_.size() + bytes < limits_.unwritten_bytes_max;
  }

  Mark written() const { return written_; }
  Mark synced() const { return synced_; }
  /// What must be called, on any thread, to bring everything written so far to the disk; it throws
  /// when the disk fails. Then finish_sync() here with its mark.
  struct Sync {
    Mark mark = 0;
    std::vector<std::shared_ptr<LogFile>> files;
    void run() const;
  };
  Sync begin_sync() const;
  void finish_sync(const Sync& sync);

  /// The number of the segment that is being written.
  std::uint64_t segment() const { return number_; }
  /// The newest segment that retention wants gone by age or size; nothing when all may stay. What
  /// still matters in it is to be added again before drop_until().
  std::optional<std::uint64_t> expired(Timestamp now) const;
  void drop_until(std::uint64_t segment);
  /// Where the oldest record begins that is still there.
  Mark first() const { return segments_.empty() ? written_ : segments_.front().begin; }

  /// What it takes to read records on another thread.
  struct Segments {
    LogFiles* files = nullptr;
    std::vector<std::pair<Mark, std::string>> paths;  ///< and the mark at which each begins
    /// The record that begins at `mark`; nothing when it is not there any more.
    std::optional<LogRecord> read(Mark mark) const;
  };
  Segments segments() const;
  /// Gives back memory that a busy time has left.
  void shrink();

 private:
  struct Segment {
    std::uint64_t number;
    std::size_t bytes;
    Timestamp begun;
    Mark begin;  ///< of its first record
  };

  void open_segment(Timestamp now);
  std::string path(std::uint64_t number) const;

  LogFiles& files_;
  std::string folder_;
  LogLimits limits_;
  std::uint64_t number_;
  std::shared_ptr<LogFile> file_;
  std::map<std::shared_ptr<LogFile>, Mark> unsynced_;  ///< and the mark of its last byte
  std::deque<Segment> segments_;                       ///< oldest first, the open one last
  std::string unwritten_;
  std::string failure_;
  Mark written_ = 0;
  Mark synced_ = 0;
};

}  // namespace antiphon::live
