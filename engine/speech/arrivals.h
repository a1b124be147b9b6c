#pragma once

#include <deque>

#include "engine/speech/recogniser.h"

namespace antiphon::speech {

/// When which sound came in: what latency counts from.
class Arrivals {
 public:
  /// The stream's sound up to `sample` is here at `now`.
  void note(std::uint64_t sample, Instant now);
  /// When all sound before `sample` was here. Nobody asks about earlier samples afterwards.
  Instant of(std::uint64_t sample);

 private:
  struct Arrival {
    std::uint64_t sample;
    Instant at;
  };
  std::deque<Arrival> arrivals_;
};

}  // namespace antiphon::speech
