#include "engine/live/tail.h"

#include <algorithm>
#include <ranges>

namespace antiphon::live {
namespace {

// What a frame adds to the stamp: whoever compares two stamps knows how many of each lane lie
// between them. Meters come some times a second, so that their half lasts for years.
constexpr unsigned lane_bits = 32;
constexpr std::uint64_t stamp_unit(Lane lane) {
  return lane == Lane::meter ? 1 : std::uint64_t{1} << lane_bits;
}

}  // namespace

Tail::Tail(std::uint64_t last_seq, Limits limits, Counters* counters)
    : limits_(limits),
      counters_(counters),
      first_seq_(last_seq + 1),
      last_seq_(last_seq),
      released_seq_(last_seq) {}

void Tail::add(Frames events, std::uint64_t last_seq) {
  drop_droppables();
  bytes_ += events.wire.size();
  batches_.push_back({std::move(events), last_seq_ + 1, last_seq});
  last_seq_ = last_seq;
  trim();
}

void Tail::add_droppable(std::string_view type, Lane lane, Frames frame) {
  std::erase_if(droppables_, [&](const auto& kept) { return kept.type == type; });
  stamp_ += stamp_unit(lane);
  droppables_.push_back({std::string(type), lane, std::move(frame), stamp_});
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
  if (droppables_.empty()) return {.seq = seq, .stamp = stamp_};
  const Droppable& oldest = droppables_.front();
  return {.seq = seq, .stamp = oldest.stamp - stamp_unit(oldest.lane)};
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
      count_skipped(cursor, droppable.stamp - stamp_unit(droppable.lane) - cursor.stamp);
      cursor.stamp = droppable.stamp;
      return droppable.frame;
    }
  }
  return {};
}

// @param between  of two stamps
void Tail::count_skipped(Cursor& cursor, std::uint64_t between) const {
  if (between == 0) return;
  std::uint64_t partials = between >> lane_bits;
  std::uint64_t meters = between & (stamp_unit(Lane::partial) - 1);
  cursor.skipped += partials + meters;
  if (counters_ == nullptr) return;
  counters_->dropped(Lane::partial, partials);
  counters_->dropped(Lane::meter, meters);
}

bool Tail::reaches(std::uint64_t seq) const {
  return seq + 1 >= first_seq_ && seq <= released_seq_;
}

}  // namespace antiphon::live
