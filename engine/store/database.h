#pragma once

#include <functional>

#include "engine/async/call.h"
#include "engine/store/database_watch.h"
#include "engine/store/once.h"
#include "engine/store/tx.h"

namespace antiphon::store {

/// An SQL database. A transaction is one closure that runs on a database thread: it owns what it
/// needs, waits for nothing else, and may be run again from the start when the database asks for
/// it, so it changes nothing but the database. No transaction lives across a co_await.
///
/// Writes are as if one ran after the other; a read sees one state of the data throughout.
/// Thread-safe. The cores that used it outlive it.
class Database {
 public:
  virtual ~Database() = default;

  /// Runs `closure(Tx&)` in a transaction that only reads, and gives what it returned.
  /// @throws what the closure throws; Error{Code::unavailable} when the database is not reachable
  ///         or too busy for the deadline; Error{Code::timeout}
  template <class F, class R = std::invoke_result_t<F&, Tx&>>
  Task<R> read(Instant deadline, F closure) {
    auto kept = std::make_shared<Kept<F, R>>(std::move(closure));
    co_await run_read(deadline, [kept](Tx& tx) { kept->run(tx); });
    co_return kept->outcome.take();
  }
  template <class F, class R = std::invoke_result_t<F&, Tx&>>
  Task<R> read(Call call, F closure) {
    return read(call.deadline(), std::move(closure));
  }

  /// Runs `closure(Tx&)` in a transaction and gives what it returned once that is durable. When
  /// the closure throws, nothing of it is stored. A caller that leaves early (cancelled, timeout)
  /// does not know whether it was stored. Throws as read().
  template <class F, class R = std::invoke_result_t<F&, Tx&>>
  Task<R> write(Instant deadline, F closure) {
    auto kept = std::make_shared<Kept<F, R>>(std::move(closure));
    co_await run_write(deadline, [kept](Tx& tx) { kept->run(tx); });
    co_return kept->outcome.take();
  }
  /// The same for a call. What the call promised to do once is stored in the same transaction.
  /// @throws Error{Code::conflict} when a twin of the call took effect already
  template <class F, class R = std::invoke_result_t<F&, Tx&>>
  Task<R> write(Call call, F closure) {
    if (!call.once()) return write(call.deadline(), std::move(closure));
    return write_once(std::move(call), std::move(closure));
  }

  /// As write(), while no other process is inside its own exclusive(): for migrations.
  template <class F, class R = std::invoke_result_t<F&, Tx&>>
  Task<R> exclusive(Instant deadline, F closure) {
    auto kept = std::make_shared<Kept<F, R>>(std::move(closure));
    co_await run_exclusive(deadline, [kept](Tx& tx) { kept->run(tx); });
    co_return kept->outcome.take();
  }

  virtual Dialect dialect() const = 0;

  /// Brings the metric of the database's size up to date. Throws as read().
  Task<> measure(Instant deadline);

 protected:
  explicit Database(DatabaseWatch::Options watch) : watch_(std::move(watch)) {}

  DatabaseWatch watch_;

  using Closure = std::function<void(Tx&)>;
  virtual Task<> run_read(Instant deadline, Closure closure) = 0;
  virtual Task<> run_write(Instant deadline, Closure closure) = 0;
  virtual Task<> run_exclusive(Instant deadline, Closure closure) = 0;

 private:
  template <class F, class R = std::invoke_result_t<F&, Tx&>>
  Task<R> write_once(Call call, F closure) {
    std::shared_ptr<Once> once = call.once();
    if (once->is_stored) co_return co_await write(call.deadline(), std::move(closure));
    // The database thread gets a copy: the promise itself belongs to this core.
    auto kept = std::make_shared<Kept<F, R>>(std::move(closure));
    co_await run_write(call.deadline(), [kept, stored = *once, at = call.now()](Tx& tx) {
      store_once(tx, stored, at);
      kept->run(tx);
    });
    once->is_stored = true;
    co_return kept->outcome.take();
  }

  // Shared with the database thread, which may still run when the waiter has left.
  template <class F, class R>
  struct Kept {
    explicit Kept(F f) : closure(std::move(f)) {}
    void run(Tx& tx) {
      if constexpr (std::is_void_v<R>) {
        closure(tx);
        outcome.set({});
      } else {
        outcome.set(closure(tx));
      }
    }
    F closure;
    Outcome<R> outcome;
  };
};

struct DatabaseOptions {
  /// Connections to PostgreSQL: this many are kept, once they were needed …
  unsigned connections_min = 5;
  /// … and this many, at least 1, are made when all are busy.
  unsigned connections_max = 50;
  /// A transaction that gets no connection within this is refused.
  Duration acquire_max = std::chrono::seconds(1);
  /// Waiting transactions, then Error{Code::unavailable}.
  std::size_t queue_max = 4096;
  DatabaseWatch::Options watch;
};

/// Opens "sqlite:PATH" (the file is made when it is not there) or "postgresql://…" (libpq's URL;
/// connects at the first use, so that a server starts while its database is away).
/// @throws Error{Code::invalid} for any other URL; Error{Code::unavailable} when the file cannot
///         be opened
std::unique_ptr<Database> make_database(std::string_view url, const DatabaseOptions& options = {});

}  // namespace antiphon::store
