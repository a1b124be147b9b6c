#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "engine/base/clock.h"
#include "engine/metrics/registry.h"
#include "engine/speech/rung.h"

namespace antiphon::speech {

/// Processors that one stream of continuous speech takes, by rung: 0.1 is a tenth of one.
struct StreamCosts {
  double full = 0.10;
  double fast = 0.06;
};

/// How many of `streams` can have the full rung while the others have the fast one; nothing when
/// they do not even fit in the fast one. Pure.
std::optional<std::size_t> full_streams_of(std::size_t streams, const StreamCosts& costs,
                                           double processors);

/// Why a stream is refused.
enum class Refusal { processors, places, pace };

struct CapacityOptions {
  double processors = 1;                 ///< that recognition may take
  std::size_t streams_max = 64;          ///< whatever they cost: each takes 21 MB
  std::optional<Rung> only = {};         ///< every stream has this one; nothing: as they fit
  double pace_max = 1.25;                ///< while streams need more, no other is let in
  metrics::Registry* metrics = nullptr;  ///< outlives it; null: nothing is counted
};

/// A measured cost is the mean over about this much sound, the newest weighing most.
inline constexpr double cost_memory_seconds = 60;
inline constexpr double pace_memory_seconds = 20;
/// Where nobody spoke for so long, nothing is known of the machine's pace.
inline constexpr std::chrono::seconds pace_known_for{30};

/// What of the machine recognition may take, and who has it: a stream is admitted by what streams
/// were measured to cost here, not by a number of them. Of a process; thread-safe.
class Capacity : public std::enable_shared_from_this<Capacity> {
 public:
  explicit Capacity(CapacityOptions options);
  Capacity(const Capacity&) = delete;
  Capacity& operator=(const Capacity&) = delete;

  /// The place of one stream, given back when it goes.
  class Place;

  /// A place for one more stream. Whoever came last has the lower rung; where the full one no
  /// longer fits for somebody who has it, that one gets the fast rung with its next utterance.
  /// @throws Error{Code::unavailable} with the reason and the figures
  Place admit(Instant now);

  /// A worker took so much processor time for so much sound.
  void note_cost(Rung rung, double processor_seconds, double sound_seconds);
  /// A worker had so much sound to work on for so long, by the clock. Above 1 it falls behind,
  /// which processor time does not show: the machine gives less than its processors promise.
  void note_pace(double busy_seconds, double sound_seconds, Instant now);

  StreamCosts costs() const;
  std::size_t streams() const;
  double processors() const { return options_.processors; }

 private:
  // Seconds taken for seconds of sound; older ones weigh less.
  struct Measure {
    double taken = 0;
    double sound = 0;
    void add(double taken_seconds, double sound_seconds, double memory_seconds);
    double ratio() const { return taken / sound; }
  };
  using Rungs = std::list<std::atomic<Rung>>;

  std::optional<Refusal> refusal(Instant now) const;
  [[noreturn]] void refuse(Refusal why);
  void choose_rungs();
  double streams_in(Rung rung) const;
  StreamCosts costs_now() const;
  double lowest_cost() const;
  bool fits(std::size_t streams) const;

  CapacityOptions options_;
  mutable std::mutex mutex_;
  Rungs rungs_;  ///< of the streams, the oldest first; the full ones stand before the fast ones
  std::array<Measure, 2> measured_;
  Measure pace_;
  Instant pace_noted_;
  std::array<std::atomic<std::int64_t>, 3> refused_{};
  std::vector<metrics::Source> sources_;  // goes first
};

class Capacity::Place {
 public:
  Place(std::shared_ptr<Capacity> capacity, Rungs::iterator rung)
      : capacity_(std::move(capacity)), rung_(rung) {}
  Place(Place&&) noexcept = default;
  Place& operator=(Place&&) = delete;
  ~Place();

  /// For the next utterance.
  Rung rung() const { return *rung_; }

 private:
  std::shared_ptr<Capacity> capacity_;  // null: moved from
  Rungs::iterator rung_;
};

}  // namespace antiphon::speech
