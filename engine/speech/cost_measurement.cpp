#include "engine/speech/cost_measurement.h"

#include <cmath>
#include <numbers>

#include "engine/async/call.h"
#include "engine/async/core.h"
#include "engine/base/error.h"

namespace antiphon::speech {
namespace {

constexpr std::chrono::milliseconds reference_length{1500};

// First and second formant of the vowels a, i, u, e, o in hertz (Peterson and Barney, 1952, means
// of men, rounded).
constexpr std::array<std::array<double, 2>, 5> vowels = {
    {{730, 1090}, {270, 2290}, {300, 870}, {530, 1840}, {570, 840}}};
constexpr double formant_width_hz = 90;
constexpr double pitch_hz = 110;
constexpr int sound_samples = sample_rate_hz * 15 / 100;  // of one vowel or hiss

// A resonance of two poles at a formant.
class Resonance {
 public:
  double filter(double in, double hertz) {
    double radius = std::exp(-std::numbers::pi * formant_width_hz / sample_rate_hz);
    double turn = 2 * radius * std::cos(2 * std::numbers::pi * hertz / sample_rate_hz);
    double out = in + turn * last_ - radius * radius * before_;
    before_ = std::exchange(last_, out);
    return out;
  }

 private:
  double last_ = 0;
  double before_ = 0;
};

Error unfinished() {
  return Error(Code::unavailable,
               "English speech recognition is off. Its worker did not finish a test.");
}

// What the worker says of an utterance that is over.
Task<Hypothesis> read_final(std::shared_ptr<Worker> worker) {
  while (auto message = co_await worker->receive()) {
    if (message->type == MessageType::final) co_return parse_hypothesis(message->payload);
  }
  throw unfinished();
}

Task<Hypothesis> decode(std::shared_ptr<Worker> worker, Rung rung, std::vector<Sample> sound) {
  co_await worker->send(encode_begin(rung));
  co_await worker->send(encode_sound(sound));
  co_await worker->send(encode(MessageType::end));
  co_return co_await read_final(std::move(worker));
}

}  // namespace

std::vector<Sample> make_reference_sound(std::chrono::milliseconds length) {
  std::vector<Sample> sound(static_cast<std::size_t>(length.count() * sample_rate_hz / 1000));
  std::array<Resonance, 2> resonances;
  std::uint32_t noise = 1;
  for (std::size_t at = 0; at < sound.size(); ++at) {
    noise = noise * 1'664'525 + 1'013'904'223;
    std::size_t part = at / sound_samples;
    bool is_hiss = part % 3 == 2;
    double hiss = static_cast<double>(noise >> 16) / 32'768 - 1;
    bool is_pulse = at % static_cast<std::size_t>(sample_rate_hz / pitch_hz) == 0;
    double value = is_hiss ? 0 : is_pulse ? 1 : 0.01 * hiss;
    for (std::size_t i = 0; i < resonances.size(); ++i) {
      value = resonances[i].filter(value, vowels[part % vowels.size()][i]) * 0.3;
    }
    sound[at] = static_cast<Sample>(std::clamp(is_hiss ? 1500 * hiss : 6000 * value, -20e3, 20e3));
  }
  return sound;
}

Task<> measure_costs(std::shared_ptr<Worker> worker, std::shared_ptr<Capacity> capacity,
                     Duration answer_max) {
  std::vector<Sample> sound = make_reference_sound(reference_length);
  for (Rung rung : {Rung::full, Rung::fast}) {
    Instant deadline = Core::here().clock().steady() + answer_max;
    try {
      Hypothesis heard = co_await within(deadline, decode(worker, rung, sound));
      capacity->note_cost(rung, heard.processor_us / 1e6,
                          heard.heard_samples / double{sample_rate_hz});
    } catch (const boost::system::system_error&) {
      throw unfinished();
    } catch (const Error& failure) {
      throw failure.code() == Code::timeout ? unfinished() : failure;
    }
  }
  worker->close();
}

}  // namespace antiphon::speech
