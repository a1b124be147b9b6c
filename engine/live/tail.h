#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/live/frame.h"
#include "engine/live/ring.h"

namespace antiphon::live {

/// How far one reader of a session has come.
struct Cursor {
  std::uint64_t seq = 0;      ///< last logged event that it took
  std::uint64_t stamp = 0;    ///< last droppable frame that it took
  std::uint64_t skipped = 0;  ///< droppable frames that gave way before it could take them
};

/// The newest events of a session, kept in memory for its readers, and the newest droppable frame
/// of each type. Readers hold a Cursor; however slow they are, nothing is kept for them apart.
class Tail {
 public:
  struct Limits {
    std::size_t events_max = 512;
    std::size_t bytes_max = std::size_t{64} << 10;
  };

  explicit Tail(std::uint64_t last_seq) : Tail(last_seq, Limits{}) {}
  Tail(std::uint64_t last_seq, Limits limits);

  /// The next logged event; its seq is the last one + 1. Readers get it once it is released.
  void add(FramePointer frame);
  /// A droppable frame, which follows the last logged event. It takes the place of one of the same
  /// type, and gives way to the next logged event.
  void add_droppable(std::string_view type, FramePointer frame);
  /// Events up to `seq` may leave.
  void release(std::uint64_t seq);

  /// Where a new reader stands that has all up to `seq`.
  Cursor cursor_after(std::uint64_t seq) const;
  /// The next frame for a reader, which moves its cursor; nothing when it has all there is, and
  /// when the next event is not here any more.
  FramePointer next(Cursor& cursor) const;
  /// Forgets the events that were released: the log has them.
  void park();
  /// Whether every event after `seq` is still here, and `seq` is not ahead of what was released.
  bool reaches(std::uint64_t seq) const;
  /// Bytes of logged events that a reader has yet to take.
  std::size_t lag_bytes(const Cursor& cursor) const;

  std::uint64_t last_seq() const { return first_seq_ + events_.size() - 1; }
  std::uint64_t released_seq() const { return released_seq_; }
  std::size_t bytes() const { return static_cast<std::size_t>(end_bytes_ - begin_bytes_); }

 private:
  struct Kept {
    FramePointer frame;
    std::uint64_t begin_bytes = 0;  ///< of all events of the session until it
  };
  struct Droppable {
    std::string type;
    FramePointer frame;
    std::uint64_t stamp;
  };

  void trim();
  void drop_first();

  Limits limits_;
  Ring<Kept> events_;
  std::uint64_t first_seq_;  ///< of the first kept event
  std::uint64_t released_seq_;
  std::uint64_t begin_bytes_ = 0;
  std::uint64_t end_bytes_ = 0;
  std::vector<Droppable> droppables_;  ///< oldest first
  std::uint64_t stamp_ = 0;
};

}  // namespace antiphon::live
