#pragma once

#include <string>
#include <vector>

#include "engine/live/journal.h"
#include "engine/live/ring.h"
#include "engine/live/tail.h"

namespace antiphon::live {

/// The events of one session on their way: those of the running pass, which become one record of
/// the log and leave together; those in the log that may not leave yet; and where the records of
/// older ones begin, from which they are read back. Lives on the session's home core.
class SessionLog {
 public:
  /// @param author    the session, which outlives this as its id does
  /// @param counters  of dropped frames; null: nowhere
  SessionLog(Journal& journal, Journal::Author& author, const std::string& id, Position start,
             Tail::Limits limits, Counters* counters = nullptr);

  /// Of the last event.
  Position position() const { return position_; }
  const Tail& tail() const { return tail_; }

  /// @throws Error{Code::too_large} beyond event_bytes_max; Error{Code::unavailable} when the disk
  ///         has refused for long; what the body throws. Then nothing was added.
  void add(const EventType& type, Timestamp time, const EventBody& body);
  /// A frame that is not logged.
  void add_droppable(const EventType& type, Timestamp time, const EventBody& body);
  /// After a restart: an event that the old log holds; the next one of this epoch, or of one
  /// before.
  void add_again(const LoggedEvent& event);
  /// What was added since the last time becomes a record.
  void close_record();

  /// More is safe than before. @return whether events may leave that could not before
  bool release();
  /// Whether events are not safe yet.
  bool is_waiting() const { return !open_.empty() || !unsafe_.empty(); }
  /// Every reader has the events up to `seq`.
  void forget(std::uint64_t seq) { tail_.forget(seq); }
  /// Gives memory back. Nothing may be waiting.
  void park();

  /// Whether a reader that has all up to there gets exactly what it missed: from memory or the log.
  bool can_resume(Position from) const;
  /// Events that follow on each other.
  struct Stretch {
    Frames frames;
    std::uint64_t last_seq = 0;
  };
  /// The events after `seq`, some tens of them; none when the log does not have them any more. The
  /// caller keeps the session meanwhile. @throws Error{Code::unavailable}
  Task<Stretch> read_back(std::uint64_t seq);

 private:
  /// A record whose events may not leave yet.
  struct Unsafe {
    std::uint64_t last_seq = 0;
    EventLog::Mark begin = 0;
    EventLog::Mark end = 0;
    Durability durability = Durability::none;
  };
  /// Where a record begins.
  struct Milestone {
    std::uint64_t first_seq = 0;
    EventLog::Mark mark = 0;
  };

  Journal& journal_;
  Journal::Author& author_;
  const std::string& id_;
  Position position_;
  Tail tail_;
  std::string open_;  ///< frames of the events that are in no record yet
  Durability open_durability_ = Durability::written;
  std::size_t usual_open_bytes_ = 0;
  Ring<Unsafe> unsafe_;
  std::vector<Milestone> milestones_;  ///< one record in so many events, and the first
  EventLog::Mark last_record_ = 0;     ///< where it begins; 0: none in this epoch
  EventLog::Mark last_safe_ = 0;       ///< the same of the last one whose events may leave
};

}  // namespace antiphon::live
