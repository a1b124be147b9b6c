#pragma once

#include <deque>

#include "engine/async/waiter.h"
#include "engine/speech/recogniser.h"

namespace antiphon::speech {

/// So many results may wait unfetched: the utterances of half an hour.
inline constexpr std::size_t results_max = 4096;

/// Results on their way to the one who asks next(). A newer partial takes the place of an older one
/// that nobody fetched, so a slow reader sees the present. Belongs to one core.
class ResultQueue {
 public:
  /// From now on nothing takes the place of another result.
  void keep_all() { keeps_all_ = true; }
  void push(Recognition result);
  /// Before more sound is taken. @throws Error{Code::unavailable} when `results_max` wait
  void require_room() const;
  /// No more comes; what waits can still be fetched.
  void close();
  /// The next result; nothing when the queue is closed and empty.
  Task<std::optional<Recognition>> next();

 private:
  std::deque<Recognition> results_;
  Waiter waiter_;
  bool closed_ = false;
  bool keeps_all_ = false;
};

}  // namespace antiphon::speech
