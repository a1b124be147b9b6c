#pragma once

#include <optional>
#include <string>

#include "apps/director/chart/chart.h"
#include "engine/base/clock.h"

// What a take says about charts.

namespace antiphon::director {

/// Why this chart.
struct ChartWhy {
  std::string words;
  std::string source;
  std::int64_t latency_ms = 0;
};

inline auto describe(schema::Tag<ChartWhy>) {
  return schema::object<ChartWhy>("ChartWhy", "Why this chart")
      .field("words", &ChartWhy::words, "The words it was read from")
      .field("source", &ChartWhy::source,
             "Who says so: speech, typed, or approved after waiting for approval")
      .field("latencyMs", &ChartWhy::latency_ms, "From hearing the last word to this",
             schema::unit("ms"));
}

/// `chart`: draw these figures over the picture now. `chart_proposal`: the same, waiting for
/// `approve`.
struct ChartTold {
  std::int64_t chart_id = 0;
  std::int64_t utterance = 0;
  Chart spec;
  double duration = 6;
  ChartWhy why;
  std::optional<Timestamp> approve_by;
};

inline auto describe(schema::Tag<ChartTold>) {
  return schema::object<ChartTold>("ChartTold", "Figures that were said, to be drawn")
      .field("chartId", &ChartTold::chart_id, "Its number in the take, from 1")
      .field("utterance", &ChartTold::utterance, "The utterance it was said in")
      .field("spec", &ChartTold::spec, "What to draw")
      .field("duration", &ChartTold::duration, "How long it stays", schema::unit("s"))
      .field("why", &ChartTold::why, "Why it was drawn")
      .field("approveBy", &ChartTold::approve_by, "How long a proposal waits; absent in `chart`");
}

}  // namespace antiphon::director
