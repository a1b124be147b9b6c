#pragma once

#include <atomic>
#include <functional>
#include <memory>

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
  /// @param due  a Call or an Instant; below a call's work the transaction and its statements are
  ///             spans
  /// @throws what the closure throws; Error{Code::unavailable} when the database is not reachable
  ///         or too busy for the deadline; Error{Code::timeout}
  template <class F, class R = std::invoke_result_t<F&, Tx&>>
  Task<R> read(Due due, F closure) {
    trace::Span span(due.trace, "sql read", trace::Kind::client);
    auto kept = std::make_shared<Kept<F, R>>(open_, std::move(closure), span.context());
    co_await follow(span, run_read(due.at, [kept](Tx& tx) { kept->run(tx); }));
    co_return kept->outcome.take();
  }

  /// Runs `closure(Tx&)` in a transaction and gives what it returned once that is durable. When
  /// the closure throws, nothing of it is stored. A caller that leaves early (cancelled, timeout)
  /// does not know whether it was stored. Parameter and throws as read().
  template <class F, class R = std::invoke_result_t<F&, Tx&>>
  Task<R> write(Due due, F closure) {
    trace::Span span(due.trace, "sql write", trace::Kind::client);
    auto kept = std::make_shared<Kept<F, R>>(open_, std::move(closure), span.context());
    co_await follow(span, run_write(due.at, [kept](Tx& tx) { kept->run(tx); }));
    co_return kept->outcome.take();
  }
  /// The same for a call. What the call promised to do once is stored in the same transaction.
  /// @throws Error{Code::conflict} when a twin of the call took effect already
  template <class F, class R = std::invoke_result_t<F&, Tx&>>
  Task<R> write(Call call, F closure) {
    if (!call.once()) return write(Due(call), std::move(closure));
    return write_once(std::move(call), std::move(closure));
  }

  /// As write(), while no other process is inside its own exclusive(): for migrations.
  template <class F, class R = std::invoke_result_t<F&, Tx&>>
  Task<R> exclusive(Instant deadline, F closure) {
    auto kept = std::make_shared<Kept<F, R>>(open_, std::move(closure), trace::Context());
    co_await run_exclusive(deadline, [kept](Tx& tx) { kept->run(tx); });
    co_return kept->outcome.take();
  }

  virtual Dialect dialect() const = 0;

  /// Waits until there is no closure any more, also none whose caller has left: what closures refer
  /// to may go then, if nobody begins another.
  Task<> settle();

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
    if (once->is_stored) co_return co_await write(Due(call), std::move(closure));
    // The database thread gets a copy: the promise itself belongs to this core.
    auto both = [closure = std::move(closure), stored = *once, at = call.now()](Tx& tx) mutable {
      store_once(tx, stored, at);
      return closure(tx);
    };
    if constexpr (std::is_void_v<R>) {
      co_await write(Due(call), std::move(both));
      once->is_stored = true;
    } else {
      R result = co_await write(Due(call), std::move(both));
      once->is_stored = true;
      co_return result;
    }
  }

  /// Says on the span, which outlives the task, what database it is and how the transaction failed.
  Task<> follow(trace::Span& span, Task<> transaction) const;
  static Task<> followed(trace::Span* span, Task<> transaction);

  // Closures there are, of all threads.
  using OpenCount = std::shared_ptr<std::atomic<std::size_t>>;
  class Opened {
   public:
    explicit Opened(OpenCount count) : count_(std::move(count)) { ++*count_; }
    ~Opened() { --*count_; }
    Opened(const Opened&) = delete;
    Opened& operator=(const Opened&) = delete;

   private:
    OpenCount count_;
  };
  OpenCount open_ = std::make_shared<std::atomic<std::size_t>>(0);

  // Shared with the database thread, which may still run when the waiter has left.
  template <class F, class R>
  struct Kept {
    Kept(OpenCount count, F f, trace::Context below)
        : opened(std::move(count)), closure(std::move(f)), trace(std::move(below)) {}
    void run(Tx& tx) {
      tx.trace(trace);
      if constexpr (std::is_void_v<R>) {
        closure(tx);
        outcome.set({});
      } else {
        outcome.set(closure(tx));
      }
    }
    Opened opened;  // goes after the closure
    F closure;
    const trace::Context trace;
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
