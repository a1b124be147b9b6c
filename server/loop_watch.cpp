#include "server/loop_watch.h"

#include "engine/async/core.h"

namespace antiphon::server {
namespace {

// Often enough to meet a stall of some milliseconds, seldom enough to cost nothing.
constexpr Duration watch_interval = std::chrono::milliseconds(20);
constexpr double bounds[] = {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005,
                             0.01,   0.025,   0.05,   0.1,   0.5,    1};

}  // namespace

metrics::Histogram loop_lateness(metrics::Registry& registry) {
  return registry.histogram("antiphon_event_loop_late_seconds",
                            "How late an event loop comes to what is due",
                            {{"core", std::to_string(Core::here().index())}}, bounds);
}

Task<> watch_loop(metrics::Histogram lateness) {
  for (;;) {
    Instant due = Core::here().clock().steady() + watch_interval;
    co_await sleep_until(due);
    lateness.observe(Core::here().clock().steady() - due);
  }
}

}  // namespace antiphon::server
