#include "apps/director/take/take_state.h"

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

void apply(TakeState& state, const live::LoggedEvent& event) {
  if (event.type == transcription_final.name) {
    state.add(read<Transcription>(event), event.time);
  } else if (event.type == timeline.name) {
    state.close_turn(read<Timeline>(event).utterance);
  } else if (event.type == overlay_command.name) {
    state.overlay = read<OverlayCommand>(event);
    state.remove_proposal(state.overlay->why.suggestion_id);
  } else if (event.type == overlay_proposal.name) {
    state.add(read<OverlayProposal>(event));
  } else if (event.type == status.name) {
    auto told = read<TakeStatus>(event);
    state.state = told.state;
    state.language = told.language;
    state.layout = told.layout;
    state.paused = told.paused;
    state.mode = told.mode;
    state.coverage = told.coverage;
    state.finish_at = told.finish_at;
    if (state.mode == Mode::automatic) state.proposals.clear();
  }
}

}  // namespace antiphon::director
