#pragma once

#include <memory>
#include <string>

#include "engine/async/core.h"
#include "engine/async/task_group.h"
#include "engine/base/clock.h"
#include "engine/base/once.h"
#include "engine/base/principal.h"
#include "engine/trace/span.h"

namespace antiphon {

/// What travels with one request, message or turn: who asks, until when, under which trace. A small
/// handle, copied freely; it never enters another thread.
class Call {
 public:
  Call(std::shared_ptr<const Principal> principal, Timestamp started, Instant deadline,
       trace::Context trace);

  const Principal& principal() const { return *principal_; }
  const std::string& tenant() const { return principal_->tenant; }
  /// Where it stands in its trace: what it causes comes below.
  const trace::Context& trace() const { return trace_; }
  std::string_view trace_id() const { return trace_.trace_id.text(); }
  /// When the call began, for stamps: one moment for the whole call.
  Timestamp now() const { return started_; }
  Instant deadline() const { return deadline_; }
  Duration left() const { return deadline_ - Core::here().clock().steady(); }

  /// The same call with an earlier deadline: a stage's share.
  Call until(Instant deadline) const;
  /// The same call within a piece of work: what it causes comes below that.
  Call below(const trace::Span& span) const;

  /// The promise to take effect once, which a database write of this call stores with it; null for
  /// a request without an Idempotency-Key.
  const std::shared_ptr<Once>& once() const { return once_; }
  /// The same call under that promise.
  Call under(std::shared_ptr<Once> once) const;

 private:
  std::shared_ptr<const Principal> principal_;
  Timestamp started_;
  Instant deadline_;
  trace::Context trace_;
  std::shared_ptr<Once> once_;
};

/// Until when a step may take, and below which work it stands: what it needs of its call.
struct Due {
  Due(const Call& call) : at(call.deadline()), trace(call.trace()) {}  // NOLINT: one is the other
  Due(Instant deadline) : at(deadline) {}                              // NOLINT: in no trace
  Due(Instant deadline, const trace::Context& below) : at(deadline), trace(below) {}

  Instant at;
  trace::Context trace;
};

namespace detail {
Task<> run_until(Instant deadline, Task<> task);
}

/// Runs `task` until it ends or the deadline passes; then it is cancelled and has ended when this
/// returns. @throws Error{Code::timeout}
template <class T>
Task<T> within(Instant deadline, Task<T> task) {
  auto outcome = std::make_shared<Outcome<T>>();
  co_await detail::run_until(deadline, settle(std::move(task), outcome));
  co_return outcome->take();
}

}  // namespace antiphon
