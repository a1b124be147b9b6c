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

void TakeState::add(const Transcription& final) {
  utterances = final.utterance;
  end_sample = std::max(end_sample, final.end_sample);
  transcript.push_back(final.text);
  if (transcript.size() > transcript_max) transcript.erase(transcript.begin());
}

void apply(TakeState& state, const live::LoggedEvent& event) {
  if (event.type == transcription_final.name) {
    state.add(read<Transcription>(event));
  } else if (event.type == overlay_command.name) {
    state.overlay = read<OverlayCommand>(event);
  } else if (event.type == status.name) {
    auto told = read<TakeStatus>(event);
    state.state = told.state;
    state.language = told.language;
    state.layout = told.layout;
    state.paused = told.paused;
  }
}

}  // namespace antiphon::director
