#pragma once

#include <list>
#include <vector>

#include "engine/async/core.h"
#include "engine/async/task_group.h"
#include "engine/async/timers.h"
#include "engine/http/client.h"

namespace antiphon::http {

/// Thrown within the client; what leaves it is the failure as a value.
struct ClientFailed {
  ClientFailure failure;
};

/// What is counted of the pools of one client.
struct PoolMetrics {
  PoolMetrics(metrics::Registry& registry, const std::string& client);

  metrics::Gauge in_use;
  metrics::Gauge idle;
  metrics::Gauge waiting;
  metrics::Counter opened;
  metrics::Counter timeouts;
  metrics::Histogram wait;
};

/// The connections to one origin: those in use, which leases hold, and idle ones. One on which
/// something came, the server's end before all, is not used again: whoever takes it looks, and once
/// it has rested it is read from, so that it is gone from here as soon as the server closes it. On
/// one core.
class ConnectionPool : public std::enable_shared_from_this<ConnectionPool> {
 public:
  /// @param metrics  null: nothing is counted
  ConnectionPool(std::string origin, PoolLimits limits, std::shared_ptr<PoolMetrics> metrics);
  ~ConnectionPool();

  /// A place among the connections, with a kept one if there is one. Gives its place back.
  class Lease {
   public:
    Lease() = default;
    explicit Lease(std::shared_ptr<ConnectionPool> pool, std::unique_ptr<Stream> stream = nullptr)
        : stream(std::move(stream)), pool_(std::move(pool)) {}
    Lease(Lease&&) noexcept = default;
    Lease& operator=(Lease&& other) noexcept;
    ~Lease() { close(); }

    /// Keeps the connection for the next who asks.
    void keep();
    void close();
    void count_opened() const;

    std::unique_ptr<Stream> stream;  ///< null: to be connected

   private:
    std::shared_ptr<ConnectionPool> pool_;
  };

  /// Waits for a place until `deadline`, at most `acquire_time`.
  /// @throws ClientFailed{exhausted}
  Task<Lease> acquire(Instant deadline);

  /// Whether nobody has a connection or waits for one.
  bool is_unused() const { return open_ == 0 && waiting_.empty(); }
  Task<> stop();

 private:
  struct Idle;
  struct Wait;

  Task<Lease> wait_for_place(Instant deadline);
  void take_back(std::unique_ptr<Stream> stream);
  void rest(std::unique_ptr<Stream> stream);
  std::shared_ptr<Idle> take_idle(std::size_t at);
  void look_at(Instant when);
  void look();
  void show() const;
  static Task<> watch(std::weak_ptr<ConnectionPool> pool, std::shared_ptr<Idle> idle);
  void forget(const Idle* idle);

  std::string origin_;
  PoolLimits limits_;
  std::shared_ptr<PoolMetrics> metrics_;
  std::size_t open_ = 0;                     // places taken: leases and idle ones
  std::vector<std::shared_ptr<Idle>> idle_;  // the longest idle first
  Instant looked_at_ = Instant::max();       // when look_ goes off
  Timers::Alarm look_;
  std::list<Wait*> waiting_;
  mutable std::size_t shown_in_use_ = 0;
  mutable std::size_t shown_idle_ = 0;
  mutable std::size_t shown_waiting_ = 0;
};

}  // namespace antiphon::http
