#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <thread>

#include "engine/async/core.h"
#include "engine/store/database_watch.h"
#include "engine/store/sqlite_connection.h"

namespace antiphon::store {

/// The only thread that writes to an SQLite file. What waits when it comes round is one
/// transaction with a savepoint for each closure, so that one sync of the disk serves many; each
/// waiter is told after it. A Pool cannot do this: it gives its threads one closure at a time.
///
/// A closure that throws takes back only itself. When the commit fails, nobody knows what the disk
/// has, and all of the group are told so.
class SqliteWriter {
 public:
  using Closure = std::function<void(Tx&)>;

  /// @param watch  outlives the writer
  SqliteWriter(std::unique_ptr<SqliteConnection> connection, std::size_t queue_max,
               DatabaseWatch& watch);
  /// Finishes the group under way and drops what waits.
  ~SqliteWriter();

  /// Returns when the closure's effects are durable. Throws as Database::write.
  Task<> write(Instant deadline, Closure closure);

  /// Closures in one transaction.
  static constexpr std::size_t group_max = 256;
  /// A group that has taken this long is committed, and the rest of it is another group.
  static constexpr Duration group_time_max = std::chrono::milliseconds(20);
  /// A closure that takes longer while others wait for the same commit is taken back, and runs
  /// again in a commit of its own, after theirs.
  static constexpr Duration turn_max = std::chrono::milliseconds(50);

 private:
  struct Request;
  using Requests = std::vector<std::shared_ptr<Request>>;
  using Group = std::span<const std::shared_ptr<Request>>;

  void work();
  Requests next_requests();
  std::size_t commit_some(Group group);
  std::size_t attempt_some(Group group);
  void commit(Group group);
  bool attempt(Request& request, Instant until);
  void tell(Group group);

  std::unique_ptr<SqliteConnection> connection_;
  std::size_t queue_max_;
  DatabaseWatch& watch_;
  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<std::shared_ptr<Request>> queue_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace antiphon::store
