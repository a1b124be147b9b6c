#pragma once

#include <memory>
#include <mutex>
#include <optional>

#include "engine/base/clock.h"

namespace antiphon::remote_speech {

/// When a server that fails is left alone (E-95).
struct BreakerOptions {
  int failures = 5;                               ///< in a row; then it is open
  Duration open_time = std::chrono::seconds(60);  ///< before one request may try again
};

/// Keeps requests from a server that fails, and lets a single one try after a while. Apart from
/// that it knows until when a server asked to be left alone. Of a process; thread-safe.
class Breaker : public std::enable_shared_from_this<Breaker> {
 public:
  explicit Breaker(BreakerOptions options = {}) : options_(options) {}

  /// One request; tells how it ended. One that goes untold (its caller has left) says nothing of
  /// the server.
  class Attempt {
   public:
    explicit Attempt(std::shared_ptr<Breaker> breaker, bool is_probe)
        : breaker_(std::move(breaker)), is_probe_(is_probe) {}
    Attempt(Attempt&&) noexcept = default;
    Attempt& operator=(Attempt&&) = delete;
    ~Attempt();

    void succeeded();
    /// @param retry_after  for so long the server wants to be left alone
    /// @return whether the breaker has opened by that
    bool failed(Instant now, std::optional<Duration> retry_after);
    /// Whether everything rests on this one.
    bool is_probe() const { return is_probe_; }

   private:
    std::shared_ptr<Breaker> breaker_;  // null: told, or moved from
    bool is_probe_;
  };

  /// Nothing while the server is left alone.
  std::optional<Attempt> admit(Instant now);
  /// Whether admit() would give nothing.
  bool is_out(Instant now) const;

  /// No server may ask to be left alone for longer.
  static constexpr Duration retry_after_max = std::chrono::minutes(10);

 private:
  bool refuses(Instant now) const;

  BreakerOptions options_;
  mutable std::mutex mutex_;
  int failures_ = 0;
  bool is_probed_ = false;             // while open, one request is under way
  std::optional<Instant> open_until_;  // nothing: closed
  Instant limited_until_{};
};

}  // namespace antiphon::remote_speech
