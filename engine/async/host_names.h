#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "engine/async/pool.h"

namespace antiphon {

/// Looks host names up with the system's resolver, on threads of its own: a name server that does
/// not answer holds up nobody beyond his deadline, and a queue with a limit at most. Thread-safe.
class HostNames {
 public:
  /// Addresses as text, in the resolver's order; an address is its own.
  /// @throws Error{Code::unavailable} naming the host; Error{Code::timeout}
  Task<std::vector<std::string>> find(std::string host, Instant deadline);

  static constexpr unsigned threads = 4;
  static constexpr std::size_t queue_max = 256;

 private:
  Pool& pool();

  std::mutex mutex_;
  std::unique_ptr<Pool> pool_;  // made for the first name
};

}  // namespace antiphon
