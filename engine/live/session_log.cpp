#include "engine/live/session_log.h"

#include <algorithm>
#include <ranges>

#include "engine/base/error.h"

namespace antiphon::live {
namespace {

// Every so many events the place of their record is remembered, from which those before are found.
constexpr std::uint64_t milestone_interval = 64;
// A record that has reached this is closed before its pass ends.
constexpr std::size_t open_bytes_usual = std::size_t{16} << 10;
constexpr std::size_t reserved_bytes_max = 4096;

void check_size(std::size_t bytes) {
  if (bytes <= event_bytes_max) return;
  throw Error(Code::too_large,
              fmt::format("An event of {} bytes; at most {} are logged.", bytes, event_bytes_max));
}

// Those after `seq`, of records from the newest to the oldest.
SessionLog::Stretch join(std::span<const LoggedEvents> records, std::uint64_t seq) {
  std::string wire;
  for (const LoggedEvents& logged : std::views::reverse(records)) {
    for (const LoggedEvent& event : logged.events) {
      if (event.seq > seq) append_text_frame(wire, event.json);
    }
  }
  return {Frames(std::move(wire)), records.front().events.back().seq};
}

}  // namespace

SessionLog::SessionLog(Journal& journal, Journal::Author& author, const std::string& id,
                       Position start, Tail::Limits limits, Counters* counters)
    : journal_(journal),
      author_(author),
      id_(id),
      position_(start),
      tail_(start.seq, limits, counters) {}

void SessionLog::add(const EventType& type, Timestamp time, const EventBody& body) {
  journal_.check_room(open_.size());
  bool is_full = open_.size() >= open_bytes_usual;
  if (is_full || type.durability != open_durability_) close_record();
  std::size_t begin = open_.size();
  if (begin == 0) open_.reserve(usual_open_bytes_);
  try {
    append_event_frame(open_, type.name, position_.seq + 1, time, body);
    check_size(open_.size() - begin);
  } catch (...) {
    open_.resize(begin);
    throw;
  }
  open_durability_ = type.durability;
  ++position_.seq;
  tail_.drop_droppables();
  if (begin == 0) journal_.expect(author_);
}

// It stands behind the last logged event, so that one gets its place before.
void SessionLog::add_droppable(const EventType& type, Timestamp time, const EventBody& body) {
  close_record();
  tail_.add_droppable(type.name, type.lane, make_event_frame(type.name, position_.seq, time, body));
}

void SessionLog::add_again(const LoggedEvent& event) {
  if (event.epoch != position_.epoch) {
    LogRecord record{id_, LoggedEvents{event.epoch, 0, {event}}};
    journal_.append(author_, record, Durability::written);
    return;
  }
  append_text_frame(open_, event.json);
  position_.seq = event.seq;
  if (open_.size() >= open_bytes_usual) close_record();
}

// One batch for the readers, too.
void SessionLog::close_record() {
  if (open_.empty()) return;
  Frames frames(std::exchange(open_, {}));
  usual_open_bytes_ = std::min(frames.wire.size(), reserved_bytes_max);
  std::uint64_t first_seq = tail_.last_seq() + 1;
  EventLog::Mark begin = journal_.end();
  EventsRecord record{id_, position_.epoch, last_record_, frames.wire};
  auto end = journal_.append(author_, record, open_durability_);
  if (milestones_.empty() || first_seq - milestones_.back().first_seq >= milestone_interval) {
    milestones_.push_back({first_seq, begin});
  }
  last_record_ = begin;
  tail_.add(std::move(frames), position_.seq);
  unsafe_.push_back({position_.seq, begin, end, open_durability_});
}

// Events leave in order: one that waits for the disk holds back those behind it.
bool SessionLog::release() {
  std::uint64_t before = tail_.released_seq();
  std::uint64_t released = before;
  while (!unsafe_.empty() && journal_.is_safe(unsafe_.front().end, unsafe_.front().durability)) {
    released = unsafe_.front().last_seq;
    last_safe_ = unsafe_.pop_front().begin;
  }
  tail_.release(released);
  return released > before;
}

void SessionLog::park() {
  tail_.park();
  unsafe_.clear();
  EventLog::Mark first = journal_.first();
  std::erase_if(milestones_, [&](const Milestone& milestone) { return milestone.mark < first; });
  milestones_.shrink_to_fit();
}

bool SessionLog::can_resume(Position from) const {
  if (from.epoch != position_.epoch || from.seq > tail_.released_seq()) return false;
  if (tail_.reaches(from.seq)) return true;
  // Everything from a milestone on is there when the milestone is.
  auto after = std::ranges::upper_bound(milestones_, from.seq + 1, {}, &Milestone::first_seq);
  return after != milestones_.begin() && std::prev(after)->mark >= journal_.first();
}

// The chain of records is followed back from the milestone behind the events that are wanted.
Task<SessionLog::Stretch> SessionLog::read_back(std::uint64_t seq) {
  auto beyond =
      std::ranges::lower_bound(milestones_, seq + milestone_interval, {}, &Milestone::first_seq);
  bool is_safe = beyond != milestones_.end() && beyond->first_seq <= tail_.released_seq();
  EventLog::Mark last = is_safe ? beyond->mark : last_safe_;
  auto walk = [seq, last](const EventLog::Segments& segments) {
    std::vector<LoggedEvents> found;
    for (EventLog::Mark mark = last;; mark = found.back().previous) {
      auto record = segments.read(mark);
      auto* logged = record ? std::get_if<LoggedEvents>(&record->content) : nullptr;
      // A hole would be a lie: better none at all.
      if (!logged || logged->events.empty()) return Stretch();
      found.push_back(std::move(*logged));
      if (found.back().events.front().seq <= seq + 1) return join(found, seq);
    }
  };
  Stretch stretch = co_await journal_.read_back(std::move(walk));
  // What is gone is not offered again.
  if (!stretch.frames) milestones_.clear();
  co_return stretch;
}

}  // namespace antiphon::live
