#include "engine/app/waterfall.h"

namespace antiphon::app {

void Waterfalls::add(const live::SessionOwner& owner, WaterfallTurn turn) {
  std::lock_guard lock(mutex_);
  Kept& kept = touch(owner);
  if (!kept.turns.empty() && turn.number <= kept.turns.back().number) return;
  if (kept.turns.size() == limits_.turns_per_session_max) {
    kept.turns.pop_front();
    ++kept.forgotten;
    --turns_;
  }
  kept.turns.push_back(std::move(turn));
  ++turns_;
  make_room();
}

Waterfalls::Kept& Waterfalls::touch(const live::SessionOwner& owner) {
  auto found = by_id_.find(owner.id);
  if (found == by_id_.end()) {
    sessions_.push_back({.owner = owner});
    found = by_id_.emplace(owner.id, std::prev(sessions_.end())).first;
  } else {
    sessions_.splice(sessions_.end(), sessions_, found->second);
  }
  return *found->second;
}

void Waterfalls::make_room() {
  while (turns_ > limits_.turns_max && sessions_.size() > 1) {
    turns_ -= sessions_.front().turns.size();
    by_id_.erase(sessions_.front().owner.id);
    sessions_.pop_front();
  }
}

std::optional<Waterfall> Waterfalls::find(const std::string& session_id) const {
  std::lock_guard lock(mutex_);
  auto found = by_id_.find(session_id);
  if (found == by_id_.end()) return std::nullopt;
  const Kept& kept = *found->second;
  return Waterfall{kept.owner, {kept.turns.begin(), kept.turns.end()}, kept.forgotten};
}

}  // namespace antiphon::app
