#include "engine/app/waterfall.h"

namespace antiphon::app {

namespace {

std::string outcome_of(const Turn& turn) {
  if (turn.missed) return "missed";
  return turn.cut_short.empty() ? "in_time" : "cut_short";
}

}  // namespace

void Waterfalls::add(const live::SessionOwner& owner, WaterfallTurn turn) {
  if (metrics_ != nullptr) count(owner.app, turn);
  restore(owner, std::move(turn));
}

// A few look-ups a turn: names of stages and calls are the app's, so their series are bounded.
void Waterfalls::count(const std::string& app, const Turn& turn) const {
  metrics_
      ->counter("antiphon_turns_total", "Turns of live sessions; missed: beyond their deadline.",
                {{"app", app}, {"outcome", outcome_of(turn)}})
      .add();
  for (const TurnStage& stage : turn.stages) {
    metrics_
        ->histogram("antiphon_turn_stage_seconds", "Time of one stage of a turn.",
                    {{"app", app}, {"stage", stage.name}})
        .observe(stage.took_ms / 1000);
  }
  for (const TurnCall& call : turn.calls) {
    std::string outcome = call.error.empty() ? "ok" : call.error;
    metrics_
        ->histogram("antiphon_turn_call_seconds",
                    "Time of what a turn asked of others: recogniser, skill, search.",
                    {{"app", app}, {"kind", call.kind}, {"name", call.name}, {"outcome", outcome}})
        .observe(call.took_ms / 1000);
  }
}

void Waterfalls::restore(const live::SessionOwner& owner, WaterfallTurn turn) {
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
