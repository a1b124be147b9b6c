// The part of a take that keeps what will be asked for when it is over.

#include "apps/director/take/take.h"

namespace antiphon::director {
namespace {

constexpr Duration store_time_max = std::chrono::seconds(10);

}  // namespace

// Where in the take's sound it is now. Between two pieces of sound, and after the last one, time
// goes on; a take without sound counts from its beginning.
std::chrono::milliseconds Take::position() const {
  using std::chrono::milliseconds, std::chrono::duration_cast;
  milliseconds sound(session_.received_samples() * 1000 / session_.audio_rate());
  if (sound_at_) return sound + duration_cast<milliseconds>(now() - *sound_at_);
  if (sound.count() > 0) return sound;  // after a restart, until its client is back
  return std::max(milliseconds{}, duration_cast<milliseconds>(today() - state_.begun_at));
}

void Take::keep_utterance(const Transcription& final, std::chrono::milliseconds begin,
                          const trace::Span& turn) {
  state_.add(final, today());
  parts_.tasks.spawn(parts_.takes.add_utterance(
      session_.owner().tenant, session_.id(),
      {final.utterance, final.text, std::chrono::milliseconds(final.timestamp), begin},
      {now() + store_time_max, turn.context()}));
}

// None stands before the one it follows, also where sound comes again after a pause.
void Take::keep_moment(ScreenMoment moment) {
  last_moment_ = std::max(last_moment_, position());
  KeptMoment kept{++state_.moments, last_moment_, std::move(moment)};
  parts_.tasks.spawn(parts_.edits.add_moment(session_.owner().tenant, session_.id(),
                                             std::move(kept), now() + store_time_max));
}

void Take::keep_duration() {
  kept_samples_ = session_.received_samples();
  std::chrono::milliseconds duration(kept_samples_ * 1000 / session_.audio_rate());
  parts_.tasks.spawn(parts_.takes.lengthen(session_.owner().tenant, session_.id(), duration,
                                           now() + store_time_max));
}

void Take::keep_status() {
  std::optional<Timestamp> ended;
  if (state_.state == "completed") ended = today();
  parts_.tasks.spawn(parts_.takes.set_status(session_.owner().tenant, session_.id(), state_.state,
                                             ended, now() + store_time_max));
}

}  // namespace antiphon::director
