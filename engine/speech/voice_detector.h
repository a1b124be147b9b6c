#pragma once

#include <cstdint>
#include <memory>
#include <span>

namespace antiphon::speech {

/// WebRTC's voice detector, frame by frame; the only place that knows that library.
class VoiceDetector {
 public:
  static constexpr std::size_t frame_samples = 160;  ///< 10 ms at 16 kHz

  VoiceDetector();
  VoiceDetector(VoiceDetector&&) noexcept;
  ~VoiceDetector();

  /// Whether somebody speaks in this frame of `frame_samples`.
  bool has_voice(std::span<const std::int16_t> frame);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace antiphon::speech
