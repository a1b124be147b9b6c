#include "engine/async/call.h"

#include "engine/base/error.h"

namespace antiphon {

Call::Call(std::shared_ptr<const Principal> principal, Timestamp started, Instant deadline,
           trace::Context trace)
    : principal_(std::move(principal)),
      started_(started),
      deadline_(deadline),
      trace_(std::move(trace)) {}

Call Call::until(Instant deadline) const {
  Call share = *this;
  share.deadline_ = std::min(deadline_, deadline);
  return share;
}

Call Call::below(const trace::Span& span) const {
  Call within_span = *this;
  within_span.trace_ = span.context();
  return within_span;
}

Call Call::under(std::shared_ptr<Once> once) const {
  Call promised = *this;
  promised.once_ = std::move(once);
  return promised;
}

Task<> detail::run_until(Instant deadline, Task<> task) {
  bool late = false;
  // `settle` catches what the task throws, so the group has no failure to report.
  TaskGroup group([](const std::exception_ptr&) {});
  auto alarm = Core::here().timers().at(deadline, [&] {
    late = true;
    group.cancel();
  });
  group.spawn(std::move(task));
  std::exception_ptr cancelled;
  try {
    co_await group.join();
  } catch (...) {
    cancelled = std::current_exception();
  }
  if (cancelled) {
    // The waiter itself was cancelled: the child must be gone before its frame is.
    co_await boost::asio::this_coro::reset_cancellation_state();
    co_await group.stop();
    std::rethrow_exception(cancelled);
  }
  if (late) throw Error(Code::timeout, "The time for this was over before it was done.");
}

}  // namespace antiphon
