#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>

// How things move. A clip is a loop: its time runs from 0 up to, and not including, 1, and what a
// scene draws at 1 must be what it draws at 0.

namespace antiphon::clips {

inline constexpr double pi = std::numbers::pi;

/// A swing between -1 and 1, `cycles` times a loop, ahead by `phase` of a cycle.
inline double wave(double time, int cycles = 1, double phase = 0) {
  return std::sin(2 * pi * (cycles * time + phase));
}

/// The part after the point: what has left on one side comes back on the other.
inline double looped(double value) { return value - std::floor(value); }

/// 0 before `from`, 1 after `to`, eased in between.
inline double ramp(double time, double from, double to) {
  double share = std::clamp((time - from) / (to - from), 0.0, 1.0);
  return share * share * (3 - 2 * share);
}

/// Goes from 0 to 1 between `from` and `full`, stays, and is back at 0 at the end of the loop.
inline double there_and_back(double time, double from, double full, double leave = 0.88) {
  return ramp(time, from, full) - ramp(time, leave, 1);
}

/// The same from `start` on: a clip should be clear from its first frame.
inline double there_and_back_from(double start, double time, double from, double full,
                                  double leave = 0.88) {
  return start + (1 - start) * there_and_back(time, from, full, leave);
}

/// A number in [0, 1) that depends on nothing but the seed.
inline double noise(int seed) {
  auto bits = static_cast<std::uint32_t>(seed) * 0x9e3779b9u + 0x7f4a7c15u;
  bits = (bits ^ (bits >> 16)) * 0x85ebca6bu;
  bits = (bits ^ (bits >> 13)) * 0xc2b2ae35u;
  return ((bits ^ (bits >> 16)) >> 8) / 16777216.0;
}

/// A number in [low, high) that depends on nothing but the seed.
inline double noise(int seed, double low, double high) { return low + (high - low) * noise(seed); }

}  // namespace antiphon::clips
