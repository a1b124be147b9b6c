#include "server/hard_stop.h"

#include <fmt/core.h>
#include <unistd.h>

namespace antiphon::server {

HardStop::~HardStop() {
  {
    std::lock_guard lock(mutex_);
    is_called_off_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void HardStop::arm(Duration time) {
  thread_ = std::thread([this, time] { wait(time); });
}

void HardStop::wait(Duration time) {
  std::unique_lock lock(mutex_);
  if (changed_.wait_for(lock, time, [this] { return is_called_off_; })) return;
  fmt::print(stderr,
             "antiphon: not everything stopped within {} ms (server.shutdown_ms); it is cut off. "
             "Nothing that was acknowledged is lost.\n",
             std::chrono::duration_cast<std::chrono::milliseconds>(time).count());
  ::_exit(1);
}

}  // namespace antiphon::server
