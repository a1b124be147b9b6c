#pragma once

#include <functional>
#include <variant>

#include "engine/live/handler.h"
#include "engine/live/ring.h"

namespace antiphon::live {

/// What waits for a session's handler: messages, sound, and the session's own work, in the order of
/// arrival and within limits.
class Inputs {
 public:
  struct Limits {
    std::size_t messages_max = 256;
    std::size_t audio_ms_max = 10'000;  ///< of waiting sound
    std::size_t remembered_ids = 256;   ///< of messages, so that one sent again does no harm
  };
  struct Sound {
    std::vector<std::int16_t> samples;
    std::uint64_t offset = 0;
  };
  /// Sound that will never come: lost on the way, or dropped here.
  struct Gap {
    std::uint64_t offset = 0;
    std::uint64_t samples = 0;
    bool overflow = false;  ///< dropped here
  };
  struct Letter {
    Message message;
    const void* sender = nullptr;  ///< the reader that it came by; only compared
  };
  using Work = std::move_only_function<void()>;
  /// Nothing in the place of what was dropped.
  using Item = std::variant<std::monostate, Letter, Sound, Work>;

  Inputs() : Inputs(Limits{}) {}
  explicit Inputs(Limits limits) : limits_(limits) {}

  enum class Added { yes, seen_before, full };
  Added add(Message message, const void* sender);
  void add(Work work);
  void add_audio(std::span<const std::int16_t> samples, std::uint64_t offset);

  bool empty() const { return items_.empty(); }
  std::size_t messages() const { return messages_; }
  Item take();
  std::vector<Gap> take_gaps() { return std::exchange(gaps_, {}); }

  /// @throws Error{Code::invalid} outside 8,000..48,000 or when another rate was fixed
  void set_audio_rate(unsigned rate);
  unsigned audio_rate() const { return audio_rate_; }
  std::uint64_t received_samples() const { return received_samples_; }
  void resume_audio_at(std::uint64_t samples) { received_samples_ = samples; }
  /// As the session had it before a restart; a rate that differs from the first one stays fixed.
  void restore_audio(std::uint64_t samples, unsigned rate);

  /// The ids that are remembered, oldest first.
  std::vector<std::string> seen_ids() const;
  /// @return false when it was seen before
  bool remember(const std::string& id);
  /// Gives back memory that nothing waits in.
  void park();

 private:
  void drop_oldest_sound();
  void add_gap(Gap gap);

  Limits limits_;
  Ring<Item> items_;
  std::size_t messages_ = 0;
  std::size_t waiting_samples_ = 0;
  std::vector<Gap> gaps_;
  std::uint64_t received_samples_ = 0;
  unsigned audio_rate_ = 16000;
  bool rate_is_fixed_ = false;
  std::vector<std::string> seen_;  ///< the newest ids, in a circle
  std::size_t oldest_seen_ = 0;
};

}  // namespace antiphon::live
