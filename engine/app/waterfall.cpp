#include "engine/app/waterfall.h"

#include "engine/app/turn_metrics.h"

namespace antiphon::app {

namespace {

std::string_view outcome_of(const Turn& turn) {
  if (turn.missed) return "missed";
  return turn.cut_short.empty() ? "in_time" : "cut_short";
}

}  // namespace

Waterfalls::Waterfalls(metrics::Registry* metrics, Limits limits)
    : limits_(limits),
      counted_turns_(metrics, turns_metric),
      stage_times_(metrics, turn_stage_metric),
      call_times_(metrics, turn_call_metric) {}

void Waterfalls::add(const live::SessionOwner& owner, WaterfallTurn turn) {
  std::lock_guard lock(mutex_);
  count(owner.app, turn);
  keep(owner, std::move(turn));
}

void Waterfalls::restore(const live::SessionOwner& owner, WaterfallTurn turn) {
  std::lock_guard lock(mutex_);
  keep(owner, std::move(turn));
}

void Waterfalls::count(const std::string& app, const Turn& turn) {
  counted_turns_.with({app, outcome_of(turn)}, [](const metrics::Counter& turns) { turns.add(); });
  for (const TurnStage& stage : turn.stages) {
    stage_times_.with({app, stage.name},
                      [&](const metrics::Histogram& time) { time.observe(stage.took_ms / 1000); });
  }
  for (const TurnCall& call : turn.calls) {
    std::string_view outcome = call.error.empty() ? std::string_view("ok") : call.error;
    call_times_.with({app, call.kind, call.name, outcome},
                     [&](const metrics::Histogram& time) { time.observe(call.took_ms / 1000); });
  }
}

void Waterfalls::keep(const live::SessionOwner& owner, WaterfallTurn turn) {
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
