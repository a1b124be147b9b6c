#pragma once

#include <array>
#include <functional>
#include <span>

#include "engine/store/value.h"
#include "engine/trace/span.h"

namespace antiphon::store {

/// The SQL databases spoken to.
enum class Dialect { sqlite, postgresql };
/// As OpenTelemetry names them.
std::string_view to_text(Dialect dialect);

/// One SQL statement of a store. Placeholders are `$1` to `$n`. Portable but for these words, which
/// are put in for each database (dialect.cpp is the whole seam):
///   `{bytes}`        column type of bytes (BLOB, BYTEA)
///   `{now}`          the database's clock, microseconds since 1970 in UTC
///   `{skip_locked}`  after a SELECT: `FOR UPDATE SKIP LOCKED` where rows are locked one by one
/// Columns are TEXT, BIGINT (also for truth values, 0 or 1, and timestamps, in microseconds),
/// DOUBLE PRECISION and `{bytes}`; ids are text.
struct Statement {
  std::string_view name;  ///< "visits.insert"; stands in errors and metrics
  std::string_view sql;
};

/// One transaction, while it lasts: given to a closure on a database thread, never kept. After a
/// statement has thrown, the transaction cannot be saved: every further one throws the same.
class Tx {
 public:
  virtual ~Tx() = default;

  /// Runs a statement. @return rows it inserted, changed or deleted
  /// @throws Error{Code::conflict} when a unique key or a foreign key says no;
  ///         Error{Code::invalid} for text that is not UTF-8 or has NUL; Error{Code::internal}
  template <class... Arguments>
  std::int64_t execute(const Statement& statement, Arguments&&... arguments) {
    std::array<Value, sizeof...(Arguments)> values{Value(std::forward<Arguments>(arguments))...};
    return run(statement, values).affected;
  }

  /// Runs a statement that gives rows (SELECT, or any with RETURNING). Throws as execute().
  /// @throws Error{Code::too_large} beyond `result_rows_max` rows
  template <class... Arguments>
  Rows query(const Statement& statement, Arguments&&... arguments) {
    std::array<Value, sizeof...(Arguments)> values{Value(std::forward<Arguments>(arguments))...};
    return std::move(run(statement, values).rows);
  }

  /// For `INSERT … ON CONFLICT DO NOTHING`: whether the row is new, in place of an error.
  template <class... Arguments>
  bool insert_if_new(const Statement& statement, Arguments&&... arguments) {
    return execute(statement, std::forward<Arguments>(arguments)...) == 1;
  }

  /// The database's clock: what leases are measured by.
  Timestamp now();

  virtual Dialect dialect() const = 0;

  /// Under which its statements are spans.
  void trace(const trace::Context& below) { trace_ = below; }
  const trace::Context& trace() const { return trace_; }

  /// Called on the database thread once this transaction is durable; never when it is not.
  void after_commit(std::function<void()> action) { on_commit_.push_back(std::move(action)); }

  /// Compiles the statement without running it. @throws Error{Code::internal} with what is wrong
  virtual void prepare(const Statement& statement) = 0;
  /// Runs SQL of many statements without placeholders: for migrations.
  virtual void run_script(std::string_view sql) = 0;

  static constexpr std::size_t result_rows_max = 1'000'000;

 protected:
  struct Result {
    std::int64_t affected = 0;
    Rows rows;
  };
  virtual Result run_now(const Statement& statement, std::span<const Value> values) = 0;

  /// Forgets what the last transaction left.
  void start_afresh();
  /// A statement that failed spoils the transaction, also when the closure caught its error: the
  /// databases differ in what could follow. @throws that error
  void expect_unspoilt() const;
  std::vector<std::function<void()>> take_on_commit() { return std::exchange(on_commit_, {}); }

 private:
  Result run(const Statement& statement, std::span<const Value> values);

  trace::Context trace_;
  std::vector<std::function<void()>> on_commit_;
  std::exception_ptr failure_;
};

}  // namespace antiphon::store
