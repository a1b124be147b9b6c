// The part of a take that answers its client's messages.

#include <fmt/ranges.h>

#include <cstring>
#include <ranges>

#include "apps/director/chart/choose_chart.h"
#include "apps/director/take/commands.h"
#include "apps/director/take/event_types.h"
#include "apps/director/take/take.h"
#include "engine/base/encoding.h"

namespace antiphon::director {
namespace {

// Time for a creator's own choice to be found.
constexpr Duration override_time_max = std::chrono::seconds(2);
// After a restart: for a client to come back and send again what was not understood yet.
constexpr Duration sound_again_max = std::chrono::seconds(30);

}  // namespace

void Take::on_message(const live::Message& message) {
  using Action = void (Take::*)(const live::Message&);
  static constexpr std::pair<std::string_view, Action> actions[] = {
      {"sendAudio", &Take::hear_base64},
      {"text", &Take::type_words},
      {"manualOverride", &Take::show_by_hand},
      {"pause", &Take::pause},
      {"resume", &Take::pause},
      {"layout", &Take::set_layout},
      {"mode", &Take::set_mode},
      {"approve", &Take::approve},
      {"coverage", &Take::set_coverage},
      {"rate", &Take::rate},
      {"pin", &Take::pin},
      {"ban", &Take::ban},
      {"rehearse", &Take::rehearse},
      {"finish", &Take::finish}};
  for (const auto& [name, act] : actions) {
    if (message.action == name) return (this->*act)(message);
  }
  throw Error(Code::unsupported, fmt::format("\"{}\" is no action of a take. Known are {}.",
                                             message.action.substr(0, 40),
                                             fmt::join(std::views::keys(actions), ", ")));
}

void Take::hear_base64(const live::Message& message) {
  auto bytes = parse_base64(message.read<SendAudio>().audio_data);
  if (!bytes || bytes->size() % 2 != 0) {
    throw Error({{"/audioData", "format",
                  "audioData must be base64 of whole 16-bit samples, little endian."}});
  }
  std::vector<std::int16_t> samples(bytes->size() / 2);
  std::memcpy(samples.data(), bytes->data(), bytes->size());
  session_.receive_audio(samples, session_.received_samples());
}

void Take::type_words(const live::Message& message) {
  Transcription event{.text = message.read<TypedText>().text,
                      .is_final = true,
                      .utterance = state_.utterances + 1,
                      .end_sample = state_.end_sample};
  event.timestamp = event.end_sample * 1000 / speech::sample_rate_hz;
  session_.emit(transcription_final, event);
  auto turn = begin_turn(now());
  keep_utterance(event, position(), *turn);
  tell_chart(choose_chart(event.text), event, "typed", now());
  on_words({.words = event.text,
            .utterance = event.utterance,
            .is_final = true,
            .heard_at = now(),
            .understood_at = now(),
            .turn = std::move(turn)});
}

void Take::show_by_hand(const live::Message& message) {
  session_.spawn(override_with(message.read<ManualOverride>().asset_id));
}

Task<> Take::override_with(std::string asset_id) {
  auto asset = co_await world_->find(asset_id, now() + override_time_max);
  if (!asset) throw Error(Code::not_found, "The library has no clip " + asset_id + ".");
  session_.post([this, asset] {
    OverlayCommand command = overlay_of(*asset);
    command.why.source = "creator";
    put_on_screen(std::move(command));
  });
}

void Take::pause(const live::Message& message) {
  state_.paused = overlay_.paused = message.action == "pause";
  tell_status();
}

void Take::set_layout(const live::Message& message) {
  Layout layout = message.read<SetLayout>().layout;
  bool is_other = layout != std::exchange(state_.layout, layout);
  tell_status();
  if (is_other) keep_moment({.kind = MomentKind::layout, .layout = layout});
}

// Told in `status`, so that it is in the log: a client that saw it acknowledged does not ask again.
void Take::finish(const live::Message&) {
  if (!state_.finish_at) {
    state_.finish_at = static_cast<std::int64_t>(session_.received_samples());
    tell_status();
  }
  stop_listening();
}

bool Take::is_all_received() const {
  return session_.received_samples() >= static_cast<std::uint64_t>(*state_.finish_at);
}

Task<> Take::finish_again() {
  if (!is_all_received()) co_await session_.sleep_until(now() + sound_again_max);
  session_.post([this] { stop_listening(); });
}

void Take::stop_listening() {
  if (!std::exchange(deaf_, true)) listening_.finish();
}

void Take::on_all_heard() {
  all_heard_ = true;
  complete_when_done();
}

void Take::complete_when_done() {
  if (!state_.finish_at || !all_heard_ || finals_under_way_ > 0 || state_.state == "completed")
    return;
  state_.state = "completed";
  tell_status();
  session_.close("completed");
}

void Take::on_end(std::string_view) {
  tell_cut_timelines("the take ended");
  state_.state = "completed";
  keep_moment({.kind = MomentKind::end});
  keep_duration();
  keep_status();
}

}  // namespace antiphon::director
