#include "engine/live/tail.h"

#include <algorithm>

namespace antiphon::live {

Tail::Tail(std::uint64_t last_seq, Limits limits)
    : limits_(limits), first_seq_(last_seq + 1), released_seq_(last_seq) {}

void Tail::add(FramePointer frame) {
  droppables_.clear();
  std::uint64_t begin = end_bytes_;
  end_bytes_ += frame->payload().size();
  events_.push_back({std::move(frame), begin});
  trim();
}

void Tail::add_droppable(std::string_view type, FramePointer frame) {
  std::erase_if(droppables_, [&](const auto& kept) { return kept.type == type; });
  droppables_.push_back({std::string(type), std::move(frame), ++stamp_});
}

void Tail::release(std::uint64_t seq) {
  released_seq_ = std::max(released_seq_, seq);
  trim();
}

// What no reader may have yet stays, whatever its size: it is bounded by the log's own limit.
void Tail::trim() {
  while (!events_.empty() && first_seq_ <= released_seq_ &&
         (events_.size() > limits_.events_max || bytes() > limits_.bytes_max)) {
    drop_first();
  }
}

void Tail::park() {
  while (!events_.empty() && first_seq_ <= released_seq_) drop_first();
  if (events_.empty()) events_.clear();
  droppables_.shrink_to_fit();
}

void Tail::drop_first() {
  events_.pop_front();
  ++first_seq_;
  begin_bytes_ = events_.empty() ? end_bytes_ : events_.front().begin_bytes;
}

Cursor Tail::cursor_after(std::uint64_t seq) const {
  return {.seq = seq, .stamp = droppables_.empty() ? stamp_ : droppables_.front().stamp - 1};
}

FramePointer Tail::next(Cursor& cursor) const {
  if (cursor.seq < released_seq_) {
    if (cursor.seq + 1 < first_seq_) return nullptr;
    ++cursor.seq;
    return events_[static_cast<std::size_t>(cursor.seq - first_seq_)].frame;
  }
  if (cursor.seq < last_seq()) return nullptr;
  for (const Droppable& droppable : droppables_) {
    if (droppable.stamp > cursor.stamp) {
      cursor.skipped += droppable.stamp - cursor.stamp - 1;
      cursor.stamp = droppable.stamp;
      return droppable.frame;
    }
  }
  return nullptr;
}

bool Tail::reaches(std::uint64_t seq) const {
  return seq + 1 >= first_seq_ && seq <= released_seq_;
}

std::size_t Tail::lag_bytes(const Cursor& cursor) const {
  if (cursor.seq >= last_seq() || cursor.seq + 1 < first_seq_) return 0;
  auto next = static_cast<std::size_t>(cursor.seq + 1 - first_seq_);
  return static_cast<std::size_t>(end_bytes_ - events_[next].begin_bytes);
}

}  // namespace antiphon::live
