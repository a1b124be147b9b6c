#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <thread>

#include "engine/async/core.h"
#include "engine/store/sqlite_connection.h"

namespace antiphon::store {

/// The only thread that writes to an SQLite file. What waits when it comes round is one
/// transaction with a savepoint for each closure, so that one sync of the disk serves many; each
/// waiter is told after it. A Pool cannot do this: it gives its threads one closure at a time.
class SqliteWriter {
 public:
  using Closure = std::function<void(Tx&)>;

  SqliteWriter(std::unique_ptr<SqliteConnection> connection, std::size_t queue_max);
  /// Finishes the group under way and drops what waits.
  ~SqliteWriter();

  /// Returns when the closure's effects are durable. Throws as Database::write.
  Task<> write(Instant deadline, Closure closure);

  /// Closures in one transaction: bounds how long the first of them waits for the last.
  static constexpr std::size_t group_max = 256;

 private:
  struct Request;
  using Group = std::vector<std::shared_ptr<Request>>;

  void work();
  Group next_group();
  void commit(std::span<const std::shared_ptr<Request>> group);
  void attempt_all(std::span<const std::shared_ptr<Request>> group);

  std::unique_ptr<SqliteConnection> connection_;
  std::size_t queue_max_;
  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<std::shared_ptr<Request>> queue_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace antiphon::store
