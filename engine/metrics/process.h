#pragma once

#include <sys/types.h>

#include "engine/metrics/registry.h"

namespace antiphon::metrics {

// The names that Prometheus' own clients use.
inline constexpr MetricInfo process_resident_memory{.name = "process_resident_memory_bytes",
                                                    .kind = Kind::gauge,
                                                    .help = "Memory of the process in use."};
inline constexpr MetricInfo process_virtual_memory{
    .name = "process_virtual_memory_bytes", .kind = Kind::gauge, .help = "Its address space."};
inline constexpr MetricInfo process_open_files{
    .name = "process_open_fds", .kind = Kind::gauge, .help = "Open files and sockets."};
inline constexpr MetricInfo process_open_files_max{
    .name = "process_max_fds", .kind = Kind::gauge, .help = "How many there may be."};
inline constexpr MetricInfo process_threads{
    .name = "process_threads", .kind = Kind::gauge, .help = "Threads of the process."};
inline constexpr MetricInfo process_processor_time{.name = "process_cpu_seconds_total",
                                                   .help = "Processor time, user and system."};
inline constexpr MetricInfo process_start_time{.name = "process_start_time_seconds",
                                               .kind = Kind::gauge,
                                               .help = "When the process started, in Unix time."};

inline constexpr const MetricInfo* process_metrics[] = {
    &process_resident_memory, &process_virtual_memory, &process_open_files, &process_open_files_max,
    &process_threads,         &process_processor_time, &process_start_time};

/// What the process takes of the machine. Linux.
class ProcessMetrics {
 public:
  explicit ProcessMetrics(Registry& registry);

  /// Reads it anew from /proc/self; what cannot be read keeps its value. One caller at a time.
  void sample();

 private:
  Gauge resident_bytes_;
  Gauge virtual_bytes_;
  Gauge open_files_;
  Gauge open_files_max_;
  Gauge threads_;
  Counter processor_seconds_;
};

/// Memory of another process that is in use; 0 when there is none. Any thread.
double resident_bytes_of(pid_t process);

}  // namespace antiphon::metrics
