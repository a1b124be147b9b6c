#pragma once

#include <mutex>
#include <string>

#include "engine/base/clock.h"
#include "engine/base/random.h"

namespace antiphon::store {

/// When a server that did not take a connection is asked again: all connections of a database share
/// the answer, so that a server that comes up is not run over. Thread-safe.
class Reconnect {
 public:
  explicit Reconnect(Random& chance) : chance_(chance) {}

  /// Why not now; nothing when it may be tried.
  std::optional<std::string> refusal(Instant now) const;
  void failed(Instant now, std::string why);
  void worked();

  static constexpr Duration pause_min = std::chrono::milliseconds(20);
  static constexpr Duration pause_max = std::chrono::milliseconds(640);

 private:
  Random& chance_;
  mutable std::mutex mutex_;
  Duration pause_ = pause_min;
  Instant next_ = Instant::min();
  std::string why_;
};

}  // namespace antiphon::store
