#pragma once

#include <functional>
#include <list>
#include <memory>

#include "engine/async/task.h"
#include "engine/async/waiter.h"

namespace antiphon {

/// Owns every task it spawned: nothing runs detached. Lives on one core and outlives its tasks:
/// call stop() before it goes.
class TaskGroup {
 public:
  /// @param on_failure  told of every exception a task ends with, except of being cancelled
  explicit TaskGroup(std::function<void(std::exception_ptr)> on_failure);
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;
  ~TaskGroup();

  /// Starts `task` on the current core. After stop() began, new tasks are dropped unstarted.
  void spawn(Task<> task);

  /// Asks every task to end at its next suspension.
  void cancel();

  /// Waits until no task is left; one caller at a time.
  Task<> join();

  /// No more tasks; cancel; join.
  Task<> stop();

  std::size_t size() const { return state_->children.size(); }

 private:
  struct Child;
  struct State {
    std::function<void(std::exception_ptr)> on_failure;
    std::list<std::unique_ptr<Child>> children;
    Waiter empty;
    bool stopping = false;
  };
  // Shared with the completions of tasks, which may run after a group that broke its rule is gone.
  std::shared_ptr<State> state_;
};

/// Whether `error` only says that the task was cancelled.
bool is_cancellation(const std::exception_ptr& error);

}  // namespace antiphon
