// The part of a take that draws figures (D-5).

#include <cmath>

#include "apps/director/take/event_types.h"
#include "apps/director/take/take.h"
#include "engine/text/language.h"

namespace antiphon::director {

// Not what is on screen already, nor what would come late: as with clips.
bool Take::is_worth_drawing(const Chart& chart, Instant heard_at) const {
  bool is_late = now() - heard_at > parts_.rules.late_after;
  bool is_repeated = state_.chart && state_.chart->spec == chart &&
                     now() - charted_at_ < parts_.rules.repeat_window;
  return !state_.paused && !is_late && !is_repeated;
}

void Take::tell_chart(std::optional<Chart> chart, const Transcription& final, std::string source,
                      Instant heard_at) {
  bool is_english = text::parse_language(state_.language) == text::Language::english;
  if (!chart || !is_english || !is_worth_drawing(*chart, heard_at)) return;
  auto latency = std::chrono::duration_cast<std::chrono::milliseconds>(now() - heard_at);
  ChartTold told{
      .chart_id = state_.charts + 1,
      .utterance = final.utterance,
      .spec = std::move(*chart),
      .why = {.words = final.text, .source = std::move(source), .latency_ms = latency.count()}};
  if (state_.mode == Mode::automatic) return draw(std::move(told));
  told.approve_by =
      today() + std::chrono::duration_cast<Timestamp::duration>(parts_.rules.approve_within);
  session_.emit(chart_proposal, told);
  state_.propose(std::move(told));
}

void Take::approve_chart(const ChartTold& waiting) {
  ChartTold told = waiting;
  told.approve_by.reset();
  told.why.source = "approved";
  draw(std::move(told));
}

void Take::draw(ChartTold told) {
  charted_at_ = now();
  session_.emit(chart_told, told);
  keep_moment({.kind = MomentKind::chart,
               .title = told.spec.title,
               .length_ms = std::chrono::milliseconds(std::llround(told.duration * 1000)),
               .said = told.why.words,
               .chart = told.spec});
  state_.show(std::move(told));
}

}  // namespace antiphon::director
