// The part of a session that tells its tape what makes it run.

#include "engine/async/core.h"
#include "engine/live/session.h"

namespace antiphon::live {
namespace {

Task<> nothing() { co_return; }

// A later turn of the event loop: a child must not begin inside the step that spawns it.
Task<> later() {
  auto waiter = std::make_shared<Waiter>();
  Core::here().post([waiter] { waiter->wake(); });
  co_await waiter->wait();
}

Answered::Failure failure_of(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const Error& error) {
    return {error.code(), error.message()};
  } catch (const std::exception& error) {
    return {Code::internal, error.what()};
  }
}

}  // namespace

void Session::set_tape(std::shared_ptr<Tape> tape) {
  tape_ = std::move(tape);
  enter(Begun{});
  audio_told_ = moment_.steady;
}

void Session::drop_tape(std::string why) {
  if (!std::exchange(tape_, nullptr)) return;
  post([this, why = std::move(why)] { handler_->on_recording_ended(why); });
}

// What its own code does to the session follows from the step that made the code run.
void Session::enter(Step step) {
  if (tape_ && !is_running_) moment_ = tape_->step(std::move(step));
}

bool Session::run_turn() {
  if (!scheduled_) return false;
  run_inputs();
  return true;
}

Task<> Session::sleep_until(Instant when) {
  // A replay waits for the answer, not for the time.
  bool waits = !tape_ || !tape_->is_replay();
  return outside(waits ? antiphon::sleep_until(when) : nothing());
}

void Session::note_answer(Tape& tape, std::uint64_t call, const std::exception_ptr& failure) {
  if (ended_ || (failure && is_cancellation(failure))) return;
  Answered answered{.call = call};
  if (failure) answered.failure = failure_of(failure);
  moment_ = tape.step(std::move(answered));
}

// The start of a child is a step of its own, and so is its failure.
Task<> Session::taped_child(std::shared_ptr<Tape> tape, std::uint64_t call, Task<> task) {
  std::exception_ptr failure;
  try {
    co_await taped(tape, call, tape->is_replay() ? nothing() : later());
    co_await std::move(task);
  } catch (...) {
    failure = std::current_exception();
  }
  if (failure && !is_cancellation(failure)) {
    post([this, failure] { report(failure, {}); });
  }
  tape->child_rested();
}

}  // namespace antiphon::live
