#include "engine/speech/voice_activity.h"

#include <deque>

#include "engine/speech/voice_detector.h"

namespace antiphon::speech {
namespace {

// A click is shorter than this; a syllable is longer.
constexpr int onset_frames = 3;
// While somebody speaks, a single frame taken for voice does not prolong the utterance.
constexpr int voice_frames = 2;
// An utterance that comes near its longest ends at the first frame without voice.
constexpr std::chrono::milliseconds cut_window{3000};

constexpr std::size_t to_samples(std::chrono::milliseconds time) {
  return static_cast<std::size_t>(time.count()) * sample_rate_hz / 1000;
}

}  // namespace

struct VoiceActivity::State {
  explicit State(VoiceActivityOptions chosen) : options(chosen), pauses(chosen.hang_over) {}

  using Frame = std::span<const Sample>;
  void hear_frame(Frame frame, std::vector<VoiceEvent>& events);
  void wait_for_voice(Frame frame, std::vector<VoiceEvent>& events);
  void follow_speech(Frame frame, bool voice, std::vector<VoiceEvent>& events);
  void end(bool cut, std::vector<VoiceEvent>& events);
  void flush(std::vector<VoiceEvent>& events);
  void note_pause(int frames_of_voice);

  VoiceActivityOptions options;
  PauseLearner pauses;
  VoiceDetector detector;
  std::vector<Sample> rest;   // less than a frame
  std::deque<Sample> before;  // what may become pre-roll
  std::vector<Sample> sound;  // of the utterance, not told yet
  std::uint64_t heard = 0;    // samples in whole frames
  int run = 0;                // frames with voice in a row
  bool speaking = false;
  std::uint64_t begin = 0;       // of the utterance
  std::uint64_t last_voice = 0;  // where the last voice ended
};

void VoiceActivity::State::hear_frame(Frame frame, std::vector<VoiceEvent>& events) {
  bool voice = detector.has_voice(frame);
  run = voice ? run + 1 : 0;
  heard += frame.size();
  if (speaking) {
    follow_speech(frame, voice, events);
  } else {
    wait_for_voice(frame, events);
  }
}

void VoiceActivity::State::wait_for_voice(Frame frame, std::vector<VoiceEvent>& events) {
  before.insert(before.end(), frame.begin(), frame.end());
  std::size_t kept = to_samples(options.pre_roll) + onset_frames * VoiceDetector::frame_samples;
  if (before.size() > kept) before.erase(before.begin(), before.end() - static_cast<long>(kept));
  if (run < onset_frames) return;
  note_pause(onset_frames);
  speaking = true;
  begin = heard - before.size();
  last_voice = heard;
  sound.assign(before.begin(), before.end());
  before.clear();
  events.push_back(UtteranceBegan{begin});
}

void VoiceActivity::State::follow_speech(Frame frame, bool voice, std::vector<VoiceEvent>& events) {
  sound.insert(sound.end(), frame.begin(), frame.end());
  if (run == voice_frames) note_pause(voice_frames);
  if (run >= voice_frames) last_voice = heard;
  std::size_t length = heard - begin;
  std::size_t longest = to_samples(options.utterance_max);
  std::size_t near_longest =
      to_samples(std::max(options.utterance_max - cut_window, options.utterance_max / 2));
  if (heard - last_voice >= to_samples(pauses.hang_over())) {
    end(false, events);
  } else if (length >= longest || (length >= near_longest && !voice)) {
    end(true, events);
  }
}

void VoiceActivity::State::end(bool cut, std::vector<VoiceEvent>& events) {
  flush(events);
  events.push_back(UtteranceEnded{heard, cut});
  speaking = false;
  run = 0;
}

// Voice is back for so many frames: what lay between was a pause.
void VoiceActivity::State::note_pause(int frames_of_voice) {
  if (last_voice == 0) return;
  auto voice = static_cast<std::uint64_t>(frames_of_voice) * VoiceDetector::frame_samples;
  std::uint64_t silence = heard - std::min(heard, last_voice + voice);
  pauses.hear(std::chrono::milliseconds(silence * 1000 / sample_rate_hz));
}

void VoiceActivity::State::flush(std::vector<VoiceEvent>& events) {
  if (!sound.empty()) events.push_back(UtteranceSound{std::exchange(sound, {})});
}

VoiceActivity::VoiceActivity(VoiceActivityOptions options)
    : state_(std::make_unique<State>(options)) {}
VoiceActivity::VoiceActivity(VoiceActivity&&) noexcept = default;
VoiceActivity::~VoiceActivity() = default;

std::vector<VoiceEvent> VoiceActivity::hear(std::span<const Sample> samples) {
  std::vector<VoiceEvent> events;
  State& state = *state_;
  state.rest.insert(state.rest.end(), samples.begin(), samples.end());
  std::span<const Sample> left = state.rest;
  while (left.size() >= VoiceDetector::frame_samples) {
    state.hear_frame(left.first(VoiceDetector::frame_samples), events);
    left = left.subspan(VoiceDetector::frame_samples);
  }
  state.rest.erase(state.rest.begin(), state.rest.end() - static_cast<long>(left.size()));
  state.flush(events);
  return events;
}

std::vector<VoiceEvent> VoiceActivity::finish() {
  std::vector<VoiceEvent> events;
  if (speaking()) state_->end(false, events);
  return events;
}

bool VoiceActivity::speaking() const { return state_->speaking; }

std::chrono::milliseconds VoiceActivity::hang_over() const { return state_->pauses.hang_over(); }

}  // namespace antiphon::speech
