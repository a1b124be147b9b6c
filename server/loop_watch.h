#pragma once

#include "engine/async/task.h"
#include "engine/metrics/registry.h"

namespace antiphon::server {

/// How late the current core's event loop comes to what is due, in seconds by core: whatever holds
/// it up shows here (a long computation, a blocking call, a machine with too much to do).
metrics::Histogram loop_lateness(metrics::Registry& registry);

/// Watches the current core's event loop until it is cancelled.
Task<> watch_loop(metrics::Histogram lateness);

}  // namespace antiphon::server
