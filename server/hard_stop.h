#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "engine/base/clock.h"

namespace antiphon::server {

/// Ends the process when it does not stop in time, whatever holds it: a thread that hangs, a disk,
/// somebody's handler. It is a kill: what was acknowledged is kept, and jobs are taken up by others
/// when their leases run out.
class HardStop {
 public:
  HardStop() = default;
  HardStop(const HardStop&) = delete;
  HardStop& operator=(const HardStop&) = delete;
  /// Everything has stopped: the end is called off.
  ~HardStop();

  /// From now on the process has so much time; once.
  void arm(Duration time);

 private:
  void wait(Duration time);

  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_called_off_ = false;
  std::thread thread_;
};

}  // namespace antiphon::server
