#pragma once

#include <list>
#include <memory>
#include <mutex>

#include "engine/async/core.h"
#include "engine/async/waiter.h"

namespace antiphon::remote_speech {

/// What is heard at the end goes before what is heard on the way, which can be left out.
enum class Urgency : unsigned char { partial, final };

/// So many may wait for a turn at one server.
inline constexpr std::size_t turns_waiting_max = 256;

/// Who may ask a server that takes few requests at a time: finals before partials, then whoever was
/// served longest ago, so that one who asks without end gets no more than another. Of a process;
/// thread-safe.
class Turns : public std::enable_shared_from_this<Turns> {
 public:
  /// @param at_once  at least 1
  explicit Turns(std::size_t at_once) : at_once_(at_once) {}
  Turns(const Turns&) = delete;
  Turns& operator=(const Turns&) = delete;

  /// One who asks again and again: a stream.
  struct Seat {
    std::uint64_t served = 0;  ///< the number of its last turn; guarded by the turns
  };

  /// Gives itself back when it goes.
  class Turn {
   public:
    explicit Turn(std::shared_ptr<Turns> turns) : turns_(std::move(turns)) {}
    Turn(Turn&&) noexcept = default;
    Turn& operator=(Turn&&) = delete;
    ~Turn();

   private:
    std::shared_ptr<Turns> turns_;
  };

  /// Waits for a turn on the current core.
  /// @throws Error{Code::unavailable} when `turns_waiting_max` wait, Error{Code::timeout}
  Task<Turn> take(std::shared_ptr<Seat> seat, Urgency urgency, Instant deadline);

  std::size_t under_way() const;
  std::size_t waiting() const;

 private:
  struct Wait {
    std::shared_ptr<Seat> seat;
    Urgency urgency;
    Core* core;
    Waiter waiter;
    bool has_turn = false;
  };
  using Waits = std::list<std::shared_ptr<Wait>>;
  class Waiting;

  void enter(std::shared_ptr<Wait> wait);
  bool withdraw(const std::shared_ptr<Wait>& wait);
  void give_back();
  void serve();
  Waits::iterator choose_next();

  std::size_t at_once_;
  mutable std::mutex mutex_;
  Waits waiting_;
  std::size_t under_way_ = 0;
  std::uint64_t served_ = 0;
};

}  // namespace antiphon::remote_speech
