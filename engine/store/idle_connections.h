#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace antiphon::store {

/// Connections that no thread uses right now. A pool of n threads makes at most n.
template <class Connection>
class IdleConnections {
 public:
  explicit IdleConnections(std::function<std::unique_ptr<Connection>()> make)
      : make_(std::move(make)) {}

  /// Runs `use(connection)` with a connection that nobody else has, from any thread.
  template <class F>
  void with(F use) {
    std::unique_ptr<Connection> connection = take();
    try {
      use(*connection);
    } catch (...) {
      give_back(std::move(connection));
      throw;
    }
    give_back(std::move(connection));
  }

 private:
  std::unique_ptr<Connection> take() {
    {
      std::lock_guard lock(mutex_);
      if (!idle_.empty()) {
        auto connection = std::move(idle_.back());
        idle_.pop_back();
        return connection;
      }
    }
    return make_();
  }
  void give_back(std::unique_ptr<Connection> connection) {
    std::lock_guard lock(mutex_);
    idle_.push_back(std::move(connection));
  }

  std::function<std::unique_ptr<Connection>()> make_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Connection>> idle_;
};

}  // namespace antiphon::store
