#include "apps/director/take/take_state.h"

#include <ranges>

#include "apps/director/take/event_types.h"

namespace antiphon::director {
namespace {

// Frames carry type, seq and ts beside the fields of the body.
template <class T>
T read(const live::LoggedEvent& event) {
  return schema::parse<T>(event.json, {.ignore_unknown = true});
}

}  // namespace

void TakeState::add(const Transcription& final, Timestamp heard_at) {
  utterances = final.utterance;
  open_turns.push_back({final.utterance, heard_at});
  end_sample = std::max(end_sample, final.end_sample);
  transcript.push_back(final.text);
  if (transcript.size() > transcript_max) transcript.erase(transcript.begin());
}

void TakeState::add(OverlayProposal proposal) {
  suggestions = proposal.suggestion_id;
  if (proposals.size() == OverlayState::waiting_max) proposals.erase(proposals.begin());
  proposals.push_back(std::move(proposal));
}

void TakeState::remove_proposal(std::int64_t suggestion_id) {
  std::erase_if(proposals,
                [&](const auto& proposal) { return proposal.suggestion_id == suggestion_id; });
}

void TakeState::close_turn(std::int64_t utterance) {
  std::erase_if(open_turns, [&](const OpenTurn& turn) { return turn.utterance == utterance; });
}

void TakeState::show(ChartTold told) {
  std::erase_if(chart_proposals, [&](const ChartTold& c) { return c.chart_id == told.chart_id; });
  charts = std::max(charts, told.chart_id);
  chart = std::move(told);
}

void TakeState::propose(ChartTold told) {
  charts = told.chart_id;
  if (chart_proposals.size() == OverlayState::waiting_max) {
    chart_proposals.erase(chart_proposals.begin());
  }
  chart_proposals.push_back(std::move(told));
}

std::optional<ChartTold> TakeState::waiting_chart(std::optional<std::int64_t> chart_id,
                                                  Timestamp now) const {
  for (const ChartTold& waiting : chart_proposals | std::views::reverse) {
    bool is_meant = chart_id.value_or(waiting.chart_id) == waiting.chart_id;
    if (is_meant && waiting.approve_by > now) return waiting;
  }
  return std::nullopt;
}

void apply(TakeState& state, const live::LoggedEvent& event) {
  bool is_first = state.begun_at == Timestamp{};
  if (is_first) state.begun_at = event.time;
  if (event.type == transcription_final.name) {
    state.add(read<Transcription>(event), event.time);
  } else if (event.type == timeline.name) {
    state.close_turn(read<Timeline>(event).utterance);
  } else if (event.type == overlay_command.name) {
    ++state.moments;
    state.overlay = read<OverlayCommand>(event);
    state.remove_proposal(state.overlay->why.suggestion_id);
  } else if (event.type == overlay_proposal.name) {
    state.add(read<OverlayProposal>(event));
  } else if (event.type == chart_told.name) {
    ++state.moments;
    state.show(read<ChartTold>(event));
  } else if (event.type == chart_proposal.name) {
    state.propose(read<ChartTold>(event));
  } else if (event.type == status.name) {
    auto told = read<TakeStatus>(event);
    if (!is_first && told.layout != state.layout) ++state.moments;
    state.state = told.state;
    state.language = told.language;
    state.layout = told.layout;
    state.paused = told.paused;
    state.mode = told.mode;
    state.coverage = told.coverage;
    state.recorded = told.recorded;
    state.finish_at = told.finish_at;
    if (state.mode == Mode::automatic) {
      state.proposals.clear();
      state.chart_proposals.clear();
    }
  }
}

}  // namespace antiphon::director
