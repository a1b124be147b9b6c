#pragma once

#include "engine/async/interruptible.h"
#include "engine/base/error.h"
#include "engine/model/provider_failure.h"

namespace antiphon::gateway {

/// A step of an attempt with its limit of time: what takes longer is `too_slow`, what throws is
/// `transient`; being cancelled goes through. Awaited by the task that `steps` runs.
template <class T>
Task<model::Provided<T>> bounded(Interruptible* steps, Instant limit,
                                 model::ProviderFailure::Stage stage,
                                 Task<model::Provided<T>> task) {
  using Failure = model::ProviderFailure;
  Interruptible::Step step(*steps, limit);
  std::optional<model::Provided<T>> result;
  std::exception_ptr thrown;
  try {
    result.emplace(co_await std::move(task));
  } catch (...) {
    thrown = std::current_exception();
  }
  if (step.is_late()) {
    co_await Interruptible::Step::recover();
    std::exception_ptr late = step.failure();
    if (is_cancellation(late)) std::rethrow_exception(late);
    co_return std::unexpected(
        Failure{.kind = Failure::Kind::too_slow, .stage = stage, .message = "it took too long"});
  }
  if (!thrown) co_return std::move(*result);
  if (is_cancellation(thrown)) std::rethrow_exception(thrown);
  co_return std::unexpected(Failure{
      .kind = Failure::Kind::transient, .stage = stage, .message = "it could not be asked"});
}

}  // namespace antiphon::gateway
