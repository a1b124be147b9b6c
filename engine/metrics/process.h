#pragma once

#include "engine/metrics/registry.h"

namespace antiphon::metrics {

/// What the process takes of the machine, under the names that Prometheus' own clients use. Linux.
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

}  // namespace antiphon::metrics
