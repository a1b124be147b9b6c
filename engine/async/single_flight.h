#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/async/task_group.h"

namespace antiphon {

/// One computation for all who ask the same at the same time. Lives on one core. The work goes on
/// in `group` even when those who asked have left.
template <class T>
class SingleFlight {
 public:
  explicit SingleFlight(TaskGroup& group) : group_(group) {}

  /// @param make  gives the Task that computes the value; called for the first asker only
  template <class F>
  Task<T> get(std::string key, F make) {
    auto& place = flights_[key];
    auto flight = place;
    if (!flight) {
      flight = place = std::make_shared<Flight>();
      // It may land at once, and be gone from flights_ when this returns.
      group_.spawn(fly(std::move(key), flight, make()));
    }
    Waiter landed;
    flight->waiters.push_back(&landed);
    try {
      if (!flight->done) co_await landed.wait();
    } catch (...) {
      std::erase(flight->waiters, &landed);
      throw;
    }
    std::erase(flight->waiters, &landed);
    if (flight->error) std::rethrow_exception(flight->error);
    co_return *flight->value;
  }

  std::size_t size() const { return flights_.size(); }

 private:
  struct Flight {
    std::optional<T> value;
    std::exception_ptr error;
    bool done = false;
    std::vector<Waiter*> waiters;
  };

  Task<> fly(std::string key, std::shared_ptr<Flight> flight, Task<T> work) {
    try {
      flight->value = co_await std::move(work);
    } catch (...) {
      flight->error = std::current_exception();
    }
    flight->done = true;
    flights_.erase(key);
    for (Waiter* waiter : flight->waiters) waiter->wake();
  }

  TaskGroup& group_;
  std::map<std::string, std::shared_ptr<Flight>, std::less<>> flights_;
};

}  // namespace antiphon
