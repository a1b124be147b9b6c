#include "server/loop_watch.h"

#include "engine/async/core.h"
#include "server/server_metrics.h"

namespace antiphon::server {
namespace {

// Often enough to meet a stall of some milliseconds, seldom enough to cost nothing.
constexpr Duration watch_interval = std::chrono::milliseconds(20);

}  // namespace

metrics::Histogram loop_lateness(metrics::Registry& registry) {
  return registry.histogram(loop_lateness_metric, {std::to_string(Core::here().index())});
}

Task<> watch_loop(metrics::Histogram lateness) {
  for (;;) {
    Instant due = Core::here().clock().steady() + watch_interval;
    co_await sleep_until(due);
    lateness.observe(Core::here().clock().steady() - due);
  }
}

}  // namespace antiphon::server
