#pragma once

#include <string>
#include <vector>

#include "engine/base/clock.h"
#include "engine/schema/describe.h"

// Where the time of one turn of a live session went: told by its `timeline` event (E-26), kept for
// its waterfall (E-91). Offsets are from the start of the turn.

namespace antiphon::app {

/// One timed step of a turn.
struct TurnStage {
  std::string name;
  double start_ms = 0;
  double took_ms = 0;
};

inline auto describe(schema::Tag<TurnStage>) {
  return schema::object<TurnStage>("TurnStage", "One timed step of a turn")
      .field("name", &TurnStage::name, "The app's README says which there are")
      .field("startMs", &TurnStage::start_ms, "From the start of the turn", schema::unit("ms"))
      .field("tookMs", &TurnStage::took_ms, "How long it took", schema::unit("ms"));
}

/// What a turn asked of others.
struct TurnCall {
  std::string kind;
  std::string name;
  std::string source;
  double start_ms = 0;
  double took_ms = 0;
  std::string error;
};

inline auto describe(schema::Tag<TurnCall>) {
  return schema::object<TurnCall>("TurnCall", "What a turn asked of others")
      .field("kind", &TurnCall::kind, "speech, skill or search")
      .field("name", &TurnCall::name, "Which recogniser, skill or index")
      .field("source", &TurnCall::source, "Who answered a skill: cache, model or rules")
      .field("startMs", &TurnCall::start_ms, "From the start of the turn", schema::unit("ms"))
      .field("tookMs", &TurnCall::took_ms, "How long it took", schema::unit("ms"))
      .field("error", &TurnCall::error, "Kind of failure; empty when it answered");
}

/// What a turn was; an app's `timeline` event inherits it and is described by
/// `turn_fields(schema::object<Timeline>("Timeline"))`.
struct Turn {
  double total_ms = 0;
  double deadline_ms = 0;
  bool missed = false;
  std::vector<TurnStage> stages;
  std::vector<TurnCall> calls;
  std::string cut_short;
};

template <class T>
auto turn_fields(schema::Object<T> object) {
  return std::move(object)
      .field("totalMs", static_cast<double T::*>(&T::total_ms), "From its start to the decision",
             schema::unit("ms"))
      .field("deadlineMs", static_cast<double T::*>(&T::deadline_ms), "What it was allowed",
             schema::unit("ms"))
      .field("missed", static_cast<bool T::*>(&T::missed), "Whether the deadline passed first")
      .field("stages", static_cast<std::vector<TurnStage> T::*>(&T::stages), "In order")
      .field("calls", static_cast<std::vector<TurnCall> T::*>(&T::calls),
             "What was asked of others, in order", schema::defaulted)
      .field("cutShort", static_cast<std::string T::*>(&T::cut_short),
             "What was left out and why; empty for nothing");
}

/// Milliseconds with decimals, as they are told.
inline double to_milliseconds(Duration time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

}  // namespace antiphon::app
