#include "apps/director/take/event_types.h"

namespace antiphon::director {
namespace {

// Microseconds are as fine as it is told.
double in_milliseconds(Duration duration) {
  return app::to_milliseconds(std::chrono::duration_cast<std::chrono::microseconds>(duration));
}

}  // namespace

std::vector<const live::EventType*> take_events() {
  return {&transcription_partial,
          &transcription_final,
          &broll_suggestion,
          &overlay_command,
          &overlay_proposal,
          &chart_told,
          &chart_proposal,
          &opinion_told,
          &cue_sheet,
          &preload,
          &timeline,
          &status,
          &listening};
}

std::string_view to_text(Verdict verdict) {
  switch (verdict) {
    case Verdict::shown: return "shown";
    case Verdict::nothing_fits: return "nothing_fits";
    case Verdict::unsure: return "unsure";
    case Verdict::same: return "same";
    case Verdict::held: return "held";
    case Verdict::cooling: return "cooling";
    case Verdict::repeated: return "repeated";
    case Verdict::late: return "late";
    case Verdict::paused: return "paused";
    case Verdict::overtaken: return "overtaken";
    case Verdict::proposed: return "proposed";
    case Verdict::waiting: return "waiting";
  }
  return "nothing_fits";
}

Timeline make_timeline(const Considered& considered, Instant decided_at, Verdict verdict,
                       Duration allowed) {
  Instant begin = considered.heard.heard_at;
  Timeline told{{.total_ms = in_milliseconds(decided_at - begin),
                 .deadline_ms = in_milliseconds(allowed),
                 .missed = decided_at - begin > allowed,
                 .calls = considered.calls},
                considered.heard.utterance};
  auto stage = [&](std::string name, Instant from, Instant until) {
    told.stages.push_back(
        {std::move(name), in_milliseconds(from - begin), in_milliseconds(until - from)});
  };
  stage("heard", begin, considered.heard.understood_at);
  stage("analysed", considered.heard.understood_at, considered.analysed_at);
  stage("found", considered.analysed_at, considered.found_at);
  stage("chosen", considered.found_at, decided_at);
  if (verdict == Verdict::late) told.cut_short = "overlay: the deadline had passed";
  if (verdict == Verdict::overtaken) told.cut_short = "overlay: newer words came first";
  return told;
}

Timeline make_cut_timeline(const OpenTurn& turn, Timestamp ended_at, Duration allowed,
                           std::string why) {
  double took = std::max(0.0, in_milliseconds(ended_at - turn.heard_at));
  return {{.total_ms = took,
           .deadline_ms = in_milliseconds(allowed),
           .missed = took > in_milliseconds(allowed),
           .stages = {{"cut", 0, took}},
           .cut_short = "overlay: " + std::move(why)},
          turn.utterance};
}

app::TurnCall make_call(const Heard& heard, std::string kind, std::string name, Instant begin,
                        Instant end) {
  return {.kind = std::move(kind),
          .name = std::move(name),
          .start_ms = in_milliseconds(begin - heard.heard_at),
          .took_ms = in_milliseconds(end - begin)};
}

app::WaterfallTurn make_waterfall_turn(const Timeline& told, Timestamp ended_at) {
  auto took = std::chrono::microseconds(static_cast<std::int64_t>(told.total_ms * 1000));
  return {told, told.utterance, ended_at - took};
}

}  // namespace antiphon::director
