#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

namespace antiphon::bench {

using Clock = std::chrono::steady_clock;
using Instant = Clock::time_point;
using Duration = Clock::duration;

/// Times, kept one by one: a percentile is one of them, not the edge of a bucket.
class Latencies {
 public:
  void add(Duration time) { times_.push_back(time); }
  void clear() { times_.clear(); }
  std::size_t count() const { return times_.size(); }
  /// In milliseconds, of at least `part` (0 to 1) of the times; 0 without any.
  double percentile_ms(double part);
  /// {"p50":…,"p99":…,"p999":…,"max":…}, in milliseconds.
  std::string to_json();

 private:
  std::vector<Duration> times_;
};

/// What a process holds in memory by /proc, without what the kernel holds for it.
/// @return KiB; 0 when there is no such process
double resident_kib(pid_t process);
/// User and system time of a process, all its threads, in seconds; 0 when there is no such process.
double cpu_seconds(pid_t process);

}  // namespace antiphon::bench
