#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/live/counters.h"
#include "engine/live/frame.h"
#include "engine/live/ring.h"

namespace antiphon::live {

/// How far one reader of a session has come.
struct Cursor {
  std::uint64_t seq = 0;      ///< last logged event that it took
  std::uint64_t stamp = 0;    ///< of the last droppable frame that it took
  std::uint64_t skipped = 0;  ///< droppable frames that gave way before it could take them
};

/// Logged events on their way to a session's readers, in batches that are safe together, and the
/// newest droppable frame of each type. Readers hold a Cursor; however slow they are, nothing is
/// kept for them apart. What every reader has is forgotten: the log has it.
class Tail {
 public:
  struct Limits {
    std::size_t events_max = 512;
    std::size_t bytes_max = std::size_t{64} << 10;
  };

  explicit Tail(std::uint64_t last_seq) : Tail(last_seq, Limits{}) {}
  /// @param counters  where dropped frames are counted; null: nowhere
  Tail(std::uint64_t last_seq, Limits limits, Counters* counters = nullptr);

  /// The logged events up to `last_seq` that follow on those before. Readers get them once they are
  /// released.
  void add(Frames events, std::uint64_t last_seq);
  /// A droppable frame, which follows the last logged event. It takes the place of one of the same
  /// type.
  void add_droppable(std::string_view type, Lane lane, Frames frame);
  /// A logged event is to come, to which the droppable ones give way.
  void drop_droppables() { droppables_.clear(); }
  /// Events up to `seq` may leave.
  void release(std::uint64_t seq);

  /// Where a new reader stands that has all up to `seq`.
  Cursor cursor_after(std::uint64_t seq) const;
  /// The next frames for a reader, whose cursor moves behind them; none when it has all there is,
  /// and when the next event is not here any more.
  Frames next(Cursor& cursor) const;
  /// Every reader has the events up to `seq`.
  void forget(std::uint64_t seq);
  /// Forgets the events that were released.
  void park();
  /// Whether every event after `seq` is still here, and `seq` is not ahead of what was released.
  bool reaches(std::uint64_t seq) const;

  std::uint64_t last_seq() const { return last_seq_; }
  std::uint64_t released_seq() const { return released_seq_; }
  std::size_t bytes() const { return bytes_; }

 private:
  struct Batch {
    Frames frames;
    std::uint64_t first_seq = 0;
    std::uint64_t last_seq = 0;
  };
  struct Droppable {
    std::string type;
    Lane lane;
    Frames frame;
    std::uint64_t stamp;  ///< counts all before it, those of each lane in a half of its own
  };

  const Batch& batch_with(std::uint64_t seq) const;
  void count_skipped(Cursor& cursor, std::uint64_t between) const;
  void trim();
  void drop_first();

  Limits limits_;
  Counters* counters_;
  Ring<Batch> batches_;
  std::uint64_t first_seq_;  ///< of the first kept event
  std::uint64_t last_seq_;
  std::uint64_t released_seq_;
  std::size_t bytes_ = 0;
  std::vector<Droppable> droppables_;  ///< oldest first
  std::uint64_t stamp_ = 0;
};

}  // namespace antiphon::live
