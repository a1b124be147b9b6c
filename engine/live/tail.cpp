#include "engine/live/tail.h"

#include <algorithm>
#include <ranges>

namespace antiphon::live {

Tail::Tail(std::uint64_t last_seq, Limits limits)
    : limits_(limits), first_seq_(last_seq + 1), last_seq_(last_seq), released_seq_(last_seq) {}

void Tail::add(Frames events, std::uint64_t last_seq) {
  drop_droppables();
  bytes_ += events.wire.size();
  batches_.push_back({std::move(events), last_seq_ + 1, last_seq});
  last_seq_ = last_seq;
  trim();
}

void Tail::add_droppable(std::string_view type, Frames frame) {
  std::erase_if(droppables_, [&](const auto& kept) { return kept.type == type; });
  droppables_.push_back({std::string(type), std::move(frame), ++stamp_});
}

void Tail::release(std::uint64_t seq) {
  released_seq_ = std::max(released_seq_, seq);
  trim();
}

// What no reader may have yet stays, whatever its size: it is bounded by the log's own limit.
void Tail::trim() {
  while (!batches_.empty() && batches_.front().last_seq <= released_seq_ &&
         (last_seq_ - first_seq_ >= limits_.events_max || bytes_ > limits_.bytes_max)) {
    drop_first();
  }
}

void Tail::forget(std::uint64_t seq) {
  std::uint64_t safe = std::min(seq, released_seq_);
  while (!batches_.empty() && batches_.front().last_seq <= safe) drop_first();
}

void Tail::park() {
  forget(released_seq_);
  if (batches_.empty()) batches_.clear();
  droppables_.shrink_to_fit();
}

void Tail::drop_first() {
  Batch batch = batches_.pop_front();
  bytes_ -= batch.frames.wire.size();
  first_seq_ = batch.last_seq + 1;
}

Cursor Tail::cursor_after(std::uint64_t seq) const {
  return {.seq = seq, .stamp = droppables_.empty() ? stamp_ : droppables_.front().stamp - 1};
}

const Tail::Batch& Tail::batch_with(std::uint64_t seq) const {
  auto places = std::views::iota(std::size_t{0}, batches_.size());
  auto found = std::ranges::partition_point(
      places, [&](std::size_t place) { return batches_[place].last_seq < seq; });
  return batches_[*found];
}

Frames Tail::next(Cursor& cursor) const {
  if (cursor.seq < released_seq_) {
    if (cursor.seq + 1 < first_seq_) return {};
    const Batch& batch = batch_with(cursor.seq + 1);
    Frames frames = batch.frames;
    // Who resumes may stand inside a batch.
    for (auto seq = batch.first_seq; seq <= cursor.seq; ++seq) take_payload(frames.wire);
    cursor.seq = batch.last_seq;
    return frames;
  }
  if (cursor.seq < last_seq_) return {};
  for (const Droppable& droppable : droppables_) {
    if (droppable.stamp > cursor.stamp) {
      cursor.skipped += droppable.stamp - cursor.stamp - 1;
      cursor.stamp = droppable.stamp;
      return droppable.frame;
    }
  }
  return {};
}

bool Tail::reaches(std::uint64_t seq) const {
  return seq + 1 >= first_seq_ && seq <= released_seq_;
}

}  // namespace antiphon::live
