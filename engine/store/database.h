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
    auto work = keep<R>(std::move(closure));
    return outcome_of(transact(Way::read, std::move(due), run_of(work)), outcome_in(work));
  }

  /// Runs `closure(Tx&)` in a transaction and gives what it returned once that is durable. When
  /// the closure throws, nothing of it is stored. A caller that leaves early (cancelled, timeout)
  /// does not know whether it was stored. Parameter and throws as read().
  template <class F, class R = std::invoke_result_t<F&, Tx&>>
  Task<R> write(Due due, F closure) {
    auto work = keep<R>(std::move(closure));
    return outcome_of(transact(Way::write, std::move(due), run_of(work)), outcome_in(work));
  }
  /// The same for a call. What the call promised to do once is stored in the same transaction.
  /// @throws Error{Code::conflict} when a twin of the call took effect already
  template <class F, class R = std::invoke_result_t<F&, Tx&>>
  Task<R> write(Call call, F closure) {
    auto work = keep<R>(std::move(closure));
    return outcome_of(write_once(std::move(call), run_of(work)), outcome_in(work));
  }

  /// As write(), while no other process is inside its own exclusive(): for migrations.
  template <class F, class R = std::invoke_result_t<F&, Tx&>>
  Task<R> exclusive(Instant deadline, F closure) {
    auto work = keep<R>(std::move(closure));
    return outcome_of(run_exclusive(deadline, run_of(work)), outcome_in(work));
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
  enum class Way { read, write };
  /// In a span that says what database it is and how the transaction failed.
  Task<> transact(Way way, Due due, Closure closure);
  Task<> write_once(Call call, Closure closure);

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

  // A closure and what it gave. Shared with the database thread, which may still run when the
  // waiter has left.
  template <class R>
  struct Work {
    explicit Work(OpenCount count) : opened(std::move(count)) {}
    virtual ~Work() = default;
    virtual void run(Tx& tx) = 0;
    Opened opened;  // goes after the closure
    Outcome<R> outcome;
  };
  template <class F, class R>
  struct WorkOf final : Work<R> {
    WorkOf(OpenCount count, F f) : Work<R>(std::move(count)), closure(std::move(f)) {}
    void run(Tx& tx) override {
      if constexpr (std::is_void_v<R>) {
        closure(tx);
        this->outcome.set({});
      } else {
        this->outcome.set(closure(tx));
      }
    }
    F closure;
  };
  template <class R, class F>
  std::shared_ptr<Work<R>> keep(F closure) {
    return std::make_shared<WorkOf<F, R>>(open_, std::move(closure));
  }
  template <class R>
  static Closure run_of(std::shared_ptr<Work<R>> work) {
    return [work = std::move(work)](Tx& tx) { work->run(tx); };
  }
  template <class R>
  static std::shared_ptr<Outcome<R>> outcome_in(const std::shared_ptr<Work<R>>& work) {
    return {work, &work->outcome};
  }
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
