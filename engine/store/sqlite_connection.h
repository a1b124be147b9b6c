#pragma once

#include <memory>
#include <string>
#include <unordered_map>

#include "engine/store/database_watch.h"
#include "engine/store/statement_key.h"
#include "engine/store/tx.h"

struct sqlite3;
struct sqlite3_stmt;

namespace antiphon::store {

/// One connection to an SQLite file, and the transaction that runs on it. One thread at a time.
class SqliteConnection final : public Tx {
 public:
  enum class Mode { read, write };

  /// @param path  of the file, which is made when it is not there; ":memory:" for none
  /// @param watch  outlives the connection
  /// @throws Error{Code::unavailable} when it cannot be opened
  SqliteConnection(const std::string& path, Mode mode, DatabaseWatch& watch);

  /// Runs `closure` in a transaction that sees one state of the data.
  void read(const std::function<void(Tx&)>& closure, Instant until);

  /// Many closures in one durable transaction: begin, attempt…, commit; rollback on any throw.
  void begin();
  /// Runs `closure` on its own within the transaction. @return what to do once it is durable
  /// @throws what the closure threw; only its own effects are gone while still_open()
  std::vector<std::function<void()>> attempt(const std::function<void(Tx&)>& closure,
                                             Instant until);
  void commit();
  void rollback() noexcept;
  /// False when SQLite itself has taken the whole transaction back (disk full, interrupted).
  bool still_open() const;

  Dialect dialect() const override { return Dialect::sqlite; }
  void prepare(const Statement& statement) override;
  void run_script(std::string_view sql) override;

 protected:
  Result run_now(const Statement& statement, std::span<const Value> values) override;

 private:
  struct Close {
    void operator()(sqlite3* connection) const;
  };
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  struct Prepared {
    std::unique_ptr<sqlite3_stmt, Finalize> handle;
    std::vector<int> positions;  // of $1, $2, … in SQLite's own count
    StatementWatch watch;
  };

  void configure(Mode mode);
  Prepared& compiled(const Statement& statement);
  Prepared compile(const Statement& statement);
  void bind(Prepared& prepared, const Statement& statement, std::span<const Value> values);
  Result step_through(Prepared& prepared, const Statement& statement);
  [[noreturn]] void fail(int result, std::string_view name) const;
  void control(const Statement& statement);
  void pragma(const char* sql);

  DatabaseWatch& watch_;
  std::unique_ptr<sqlite3, Close> connection_;
  StatementMap<Prepared> statements_;
  Instant until_ = Instant::max();
};

}  // namespace antiphon::store
