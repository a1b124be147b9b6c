#pragma once

#include <memory>
#include <mutex>
#include <optional>

#include "engine/base/breaker.h"

namespace antiphon::remote_speech {

/// A server's breaker (E-95), and apart from it until when the server asked to be left alone. Of a
/// process; thread-safe.
class ServerBreaker : public std::enable_shared_from_this<ServerBreaker> {
 public:
  explicit ServerBreaker(Breaker::Limits limits = {}) : breaker_(limits) {}

  /// One request; tells how it ended. One that goes untold (its caller has left) says nothing of
  /// the server.
  class Attempt {
   public:
    Attempt(std::shared_ptr<ServerBreaker> owner, Breaker::Ticket ticket)
        : owner_(std::move(owner)), ticket_(ticket) {}
    Attempt(Attempt&&) noexcept = default;
    Attempt& operator=(Attempt&&) = delete;
    ~Attempt();

    void succeeded(Instant now);
    /// @param retry_after  for so long the server wants to be left alone
    /// @return whether the breaker has opened by that
    bool failed(Instant now, std::optional<Duration> retry_after);
    /// Whether everything rests on this one.
    bool is_probe() const { return ticket_.is_probe; }

   private:
    std::shared_ptr<ServerBreaker> owner_;  // null: told, or moved from
    Breaker::Ticket ticket_;
  };

  /// Nothing while the server is left alone.
  std::optional<Attempt> admit(Instant now);
  /// Whether admit() would give nothing.
  bool is_out(Instant now) const;

  /// No server may ask to be left alone for longer.
  static constexpr Duration retry_after_max = std::chrono::minutes(10);

 private:
  bool refuses(Instant now) const;

  mutable std::mutex mutex_;  // guards what follows
  Breaker breaker_;
  Instant limited_until_{};
};

}  // namespace antiphon::remote_speech
