#include "engine/testing/virtual_time.h"

#include <boost/asio/co_spawn.hpp>

#include "engine/base/error.h"

namespace antiphon::testing {

void VirtualTime::run_for(Duration span) {
  Instant limit = clock_.steady() + span;
  while (step(limit)) {
  }
  if (clock_.steady() < limit) clock_.advance(limit - clock_.steady());
}

void VirtualTime::drive(Task<> task) {
  bool done = false;
  boost::asio::co_spawn(core_.executor(), std::move(task),
                        [&](std::exception_ptr) { done = true; });
  while (!done) {
    ENSURE(step(Instant::max()), "the task waits for something that nobody will do");
  }
}

// One round: all that is ready, or one jump in time. False when nothing is left before `limit`.
bool VirtualTime::step(Instant limit) {
  if (core_.poll()) return true;
  auto next = core_.timers().next();
  if (!next || *next > limit) return false;
  if (*next > clock_.steady())
    clock_.advance(*next - clock_.steady() + std::chrono::microseconds(1));
  core_.post([this] { core_.timers().fire(clock_.steady()); });
  return true;
}

}  // namespace antiphon::testing
