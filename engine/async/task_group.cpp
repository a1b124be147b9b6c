#include "engine/async/task_group.h"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include "engine/async/core.h"
#include "engine/base/error.h"

namespace antiphon {
namespace asio = boost::asio;

struct TaskGroup::Child {
  asio::cancellation_signal cancel;
};

TaskGroup::TaskGroup(std::function<void(std::exception_ptr)> on_failure)
    : state_(std::make_shared<State>()) {
  state_->on_failure = std::move(on_failure);
}

TaskGroup::~TaskGroup() { cancel(); }

void TaskGroup::spawn(Task<> task) {
  if (state_->stopping) return;
  auto entry = state_->children.insert(state_->children.end(), std::make_unique<Child>());
  asio::co_spawn(Core::here().executor(), std::move(task),
                 asio::bind_cancellation_slot(
                     (*entry)->cancel.slot(), [state = state_, entry](std::exception_ptr error) {
                       if (error && !is_cancellation(error)) state->on_failure(error);
                       state->children.erase(entry);
                       if (state->children.empty() && state->empty.is_waiting()) {
                         state->empty.wake();
                       }
                     }));
}

void TaskGroup::cancel() {
  // A task may end inside emit() and take its entry away: step before emitting.
  for (auto it = state_->children.begin(); it != state_->children.end();) {
    Child& child = **it++;
    child.cancel.emit(asio::cancellation_type::terminal);
  }
}

Task<> TaskGroup::join() {
  auto state = state_;
  while (!state->children.empty()) co_await state->empty.wait();
}

Task<> TaskGroup::stop() {
  state_->stopping = true;
  cancel();
  co_await join();
}

bool is_cancellation(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const boost::system::system_error& system) {
    return system.code() == asio::error::operation_aborted;
  } catch (const Error& ours) {
    return ours.code() == Code::cancelled;
  } catch (...) {
    return false;
  }
}

}  // namespace antiphon
