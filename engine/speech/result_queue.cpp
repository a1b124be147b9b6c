#include "engine/speech/result_queue.h"

#include "engine/base/error.h"

namespace antiphon::speech {
namespace {

using Kind = Transcript::Kind;

// Whether `newer` says all that `older` said and more.
bool replaces(const Recognition& newer, const Recognition& older) {
  return newer && older && older->kind != Kind::final && newer->utterance == older->utterance;
}

}  // namespace

void ResultQueue::push(Recognition result) {
  if (!keeps_all_ && !results_.empty() && replaces(result, results_.back())) {
    // The unfetched result told of words newly firm; its successor tells it in its place.
    bool told_stable = results_.back()->kind == Kind::stable;
    if (told_stable && result->kind == Kind::partial) result->kind = Kind::stable;
    results_.back() = std::move(result);
    return;
  }
  results_.push_back(std::move(result));
  waiter_.wake();
}

void ResultQueue::require_room() const {
  if (!keeps_all_ && results_.size() >= results_max) {
    throw Error(Code::unavailable, "Nobody fetches the results of this speech stream.");
  }
}

void ResultQueue::close() {
  closed_ = true;
  waiter_.wake();
}

Task<std::optional<Recognition>> ResultQueue::next() {
  while (results_.empty() && !closed_) co_await waiter_.wait();
  if (results_.empty()) co_return std::nullopt;
  std::optional<Recognition> result(std::move(results_.front()));
  results_.pop_front();
  co_return result;
}

}  // namespace antiphon::speech
