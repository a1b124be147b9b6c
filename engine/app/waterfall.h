#pragma once

#include <deque>
#include <list>
#include <mutex>
#include <optional>
#include <unordered_map>

#include "engine/app/turn.h"
#include "engine/live/session.h"
#include "engine/metrics/handles.h"

namespace antiphon::app {

/// One turn of a session, as it is kept.
struct WaterfallTurn : Turn {
  std::int64_t number = 0;
  Timestamp started_at;
  std::string trace_id = {};
};

inline auto describe(schema::Tag<WaterfallTurn>) {
  return turn_fields(
      schema::object<WaterfallTurn>("WaterfallTurn", "Where the time of one turn went")
          .field("number", &WaterfallTurn::number, "Of the turn in its session, from 1")
          .field("startedAt", &WaterfallTurn::started_at, "When it began")
          .field(
              "traceId", &WaterfallTurn::trace_id,
              "Its trace, in the log and where traces are exported to; empty for one from before "
              "a restart",
              schema::defaulted));
}

/// The newest turns of a session, oldest first.
struct Waterfall {
  live::SessionOwner owner;
  std::vector<WaterfallTurn> turns;
  std::int64_t forgotten = 0;  ///< older turns that are not kept any more
};

/// The newest turns of the newest sessions of all cores, in memory (E-91). Those that ended stay
/// until others need the room. Thread-safe.
class Waterfalls {
 public:
  struct Limits {
    std::size_t turns_per_session_max = 64;
    std::size_t turns_max = 16'384;  ///< of all sessions; the one longest without a turn goes first
  };
  /// @param metrics  where turns, stages and calls are counted (E-90); null: nowhere; outlives it
  explicit Waterfalls(metrics::Registry* metrics = nullptr) : Waterfalls(metrics, Limits{}) {}
  Waterfalls(metrics::Registry* metrics, Limits limits);

  /// A turn that is done: counts and keeps it.
  void add(const live::SessionOwner& owner, WaterfallTurn turn);
  /// A turn from before a restart: keeps it, unless it is known.
  void restore(const live::SessionOwner& owner, WaterfallTurn turn);

  /// Nothing for a session without turns. The caller sees to it that only those who may read it do.
  std::optional<Waterfall> find(const std::string& session_id) const;

 private:
  struct Kept {
    live::SessionOwner owner;
    std::deque<WaterfallTurn> turns;
    std::int64_t forgotten = 0;
  };
  using Sessions = std::list<Kept>;  ///< the one with the newest turn last

  void count(const std::string& app, const Turn& turn);
  void keep(const live::SessionOwner& owner, WaterfallTurn turn);
  Kept& touch(const live::SessionOwner& owner);
  void make_room();

  Limits limits_;
  mutable std::mutex mutex_;
  metrics::Handles<metrics::Counter> counted_turns_;
  metrics::Handles<metrics::Histogram> stage_times_;
  metrics::Handles<metrics::Histogram> call_times_;
  Sessions sessions_;
  std::unordered_map<std::string, Sessions::iterator> by_id_;
  std::size_t turns_ = 0;
};

}  // namespace antiphon::app
