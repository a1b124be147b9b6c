#pragma once

#include <condition_variable>
#include <deque>
#include <list>
#include <mutex>
#include <thread>

#include "engine/async/core.h"
#include "engine/store/postgres_connection.h"

namespace antiphon::store {

/// Threads that each hold one connection. One more is started when work finds all busy, up to a
/// maximum; beyond a minimum they end when they had nothing to do for a while. The last to become
/// idle works next, so that the others can end.
class ConnectionPool {
 public:
  using Connection = PostgresConnection;
  using Work = std::function<void(Connection&)>;
  struct Options {
    unsigned connections_min = 5;                    ///< kept, once they were needed
    unsigned connections_max = 50;                   ///< at least 1
    Duration acquire_max = std::chrono::seconds(1);  ///< longest wait for a connection (E-95)
    Duration idle_max = std::chrono::seconds(60);    ///< then a connection beyond the minimum ends
    std::size_t queue_max = 4096;
  };

  /// @param watch  outlives the pool
  ConnectionPool(std::function<std::unique_ptr<Connection>()> make, Options options,
                 DatabaseWatch& watch);
  /// Finishes what runs, drops what waits.
  ~ConnectionPool();

  /// Runs `work` on a thread with a connection that nobody else has. Work of a caller that has left
  /// does not start. @throws what it throws; Error{Code::unavailable} when no connection came free
  ///         within `acquire_max` or before `until`, an instant of the machine's clock
  Task<> run(Instant until, Work work);

 private:
  struct Request;
  struct Worker;

  void enqueue(std::shared_ptr<Request> request);
  bool withdraw(const std::shared_ptr<Request>& request);
  void start_worker(std::shared_ptr<Request> first);
  void join_ended();
  void work(Worker& self);
  static void serve(Connection& connection, Request& request);
  void become_free(Worker& self);
  std::shared_ptr<Request> next(Worker& self, std::unique_lock<std::mutex>& lock);

  std::function<std::unique_ptr<Connection>()> make_;
  Options options_;
  DatabaseWatch& watch_;
  std::mutex mutex_;
  std::deque<std::shared_ptr<Request>> queue_;
  std::vector<Worker*> idle_;
  std::list<Worker> workers_;
  unsigned alive_ = 0;
  bool stopping_ = false;
};

}  // namespace antiphon::store
