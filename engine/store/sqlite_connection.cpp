#include "engine/store/sqlite_connection.h"

#include <sqlite3.h>

#include "engine/store/dialect.h"

namespace antiphon::store {
namespace {

constexpr int busy_timeout_ms = 5000;
// Steps of SQLite's machine between looks at the clock: well under a millisecond.
constexpr int steps_per_look = 10'000;

constexpr Statement begin_read{"store.begin_read", "BEGIN"};
constexpr Statement begin_write{"store.begin", "BEGIN IMMEDIATE"};
constexpr Statement commit_all{"store.commit", "COMMIT"};
constexpr Statement begin_attempt{"store.begin_attempt", "SAVEPOINT attempt"};
constexpr Statement keep_attempt{"store.keep_attempt", "RELEASE attempt"};
constexpr Statement undo_attempt{"store.undo_attempt", "ROLLBACK TO attempt"};

// Puts a statement back to its start however the run of it ends.
class Reset {
 public:
  explicit Reset(sqlite3_stmt* statement) : statement_(statement) {}
  ~Reset() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
  }

 private:
  sqlite3_stmt* statement_;
};

Value column(sqlite3_stmt* statement, int index) {
  auto size = [&] { return static_cast<std::size_t>(sqlite3_column_bytes(statement, index)); };
  switch (sqlite3_column_type(statement, index)) {
    case SQLITE_INTEGER: return sqlite3_column_int64(statement, index);
    case SQLITE_FLOAT: return sqlite3_column_double(statement, index);
    case SQLITE_TEXT: {
      auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, index));
      return std::string(text, size());
    }
    case SQLITE_BLOB: {
      // No pointer is given for an empty one.
      auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement, index));
      return Bytes{bytes ? std::string(bytes, size()) : std::string()};
    }
    default: return {};
  }
}

struct Bind {
  sqlite3_stmt* statement;
  int position;

  int operator()(std::monostate) { return sqlite3_bind_null(statement, position); }
  int operator()(std::int64_t number) { return sqlite3_bind_int64(statement, position, number); }
  int operator()(double number) { return sqlite3_bind_double(statement, position, number); }
  int operator()(const std::string& text) {
    return sqlite3_bind_text64(statement, position, text.data(), text.size(), SQLITE_STATIC,
                               SQLITE_UTF8);
  }
  int operator()(const Bytes& bytes) {
    return sqlite3_bind_blob64(statement, position, bytes.data.data(), bytes.data.size(),
                               SQLITE_STATIC);
  }
};

int stop_when_late(void* until) {
  return std::chrono::steady_clock::now() > *static_cast<const Instant*>(until) ? 1 : 0;
}

}  // namespace

void SqliteConnection::Close::operator()(sqlite3* connection) const { sqlite3_close(connection); }

void SqliteConnection::Finalize::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

SqliteConnection::SqliteConnection(const std::string& path, Mode mode, DatabaseWatch& watch)
    : watch_(watch) {
  sqlite3* connection = nullptr;
  int result = sqlite3_open_v2(
      path.c_str(), &connection,
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
      nullptr);
  connection_.reset(connection);
  if (result != SQLITE_OK) {
    throw storage_unavailable(fmt::format("{} cannot be opened: {}", path, sqlite3_errstr(result)));
  }
  configure(mode);
}

void SqliteConnection::configure(Mode mode) {
  sqlite3* connection = connection_.get();
  sqlite3_busy_timeout(connection, busy_timeout_ms);
  // "text" in double quotes is a name, as in PostgreSQL, and never quietly a text.
  sqlite3_db_config(connection, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
  sqlite3_db_config(connection, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
  // A commit returns once the log is on the disk.
  pragma("PRAGMA journal_mode = WAL");
  pragma("PRAGMA synchronous = FULL");
  pragma("PRAGMA foreign_keys = ON");
  pragma("PRAGMA trusted_schema = OFF");
  if (mode == Mode::read) pragma("PRAGMA query_only = ON");
  sqlite3_progress_handler(connection, steps_per_look, stop_when_late, &until_);
}

void SqliteConnection::read(const std::function<void(Tx&)>& closure, Instant until) {
  start_afresh();
  control(begin_read);
  until_ = until;
  try {
    closure(*this);
    expect_unspoilt();
  } catch (...) {
    rollback();
    throw;
  }
  until_ = Instant::max();
  control(commit_all);
}

void SqliteConnection::begin() { control(begin_write); }

void SqliteConnection::commit() { control(commit_all); }

void SqliteConnection::rollback() noexcept {
  until_ = Instant::max();
  if (still_open()) sqlite3_exec(connection_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
}

bool SqliteConnection::still_open() const { return sqlite3_get_autocommit(connection_.get()) == 0; }

std::vector<std::function<void()>> SqliteConnection::attempt(
    const std::function<void(Tx&)>& closure, Instant until) {
  start_afresh();
  control(begin_attempt);
  until_ = until;
  try {
    closure(*this);
    expect_unspoilt();
  } catch (...) {
    until_ = Instant::max();
    if (still_open()) {
      control(undo_attempt);
      control(keep_attempt);
    }
    throw;
  }
  until_ = Instant::max();
  control(keep_attempt);
  return take_on_commit();
}

void SqliteConnection::prepare(const Statement& statement) { compiled(statement); }

void SqliteConnection::run_script(std::string_view sql) {
  std::string translated = translate(Dialect::sqlite, sql);
  int result = sqlite3_exec(connection_.get(), translated.c_str(), nullptr, nullptr, nullptr);
  if (result != SQLITE_OK) fail(result, "script");
}

Tx::Result SqliteConnection::run_now(const Statement& statement, std::span<const Value> values) {
  Prepared& prepared = compiled(statement);
  Instant begin = std::chrono::steady_clock::now();
  // SQLite looks at the clock within long statements only; here many short ones are stopped.
  if (begin > until_) throw out_of_time(std::string(statement.name));
  Reset reset(prepared.handle.get());
  bind(prepared, statement, values);
  Result result = step_through(prepared, statement);
  prepared.watch.took(std::chrono::steady_clock::now() - begin, trace());
  return result;
}

SqliteConnection::Prepared& SqliteConnection::compiled(const Statement& statement) {
  if (auto found = statements_.find(statement.sql); found != statements_.end()) {
    return found->second;
  }
  ENSURE(statements_.size() < statements_max, "the SQL of a statement is a constant");
  return statements_.emplace(statement.sql, compile(statement)).first->second;
}

SqliteConnection::Prepared SqliteConnection::compile(const Statement& statement) {
  std::string sql = translate(Dialect::sqlite, statement.sql);
  sqlite3_stmt* handle = nullptr;
  const char* rest = nullptr;
  int result = sqlite3_prepare_v3(connection_.get(), sql.c_str(), static_cast<int>(sql.size() + 1),
                                  SQLITE_PREPARE_PERSISTENT, &handle, &rest);
  Prepared prepared{.handle{handle}, .positions{}, .watch = watch_.statement(statement.name)};
  if (result != SQLITE_OK) fail(result, statement.name);
  if (handle == nullptr ||
      std::string_view(rest).find_first_not_of(" \n\t;") != std::string_view::npos) {
    throw statement_failed(fmt::format("{}: is not exactly one statement", statement.name));
  }
  int count = sqlite3_bind_parameter_count(handle);
  for (int number = 1; number <= count; ++number) {
    auto name = fmt::format("${}", number);
    prepared.positions.push_back(sqlite3_bind_parameter_index(handle, name.c_str()));
    if (prepared.positions.back() == 0) {
      throw statement_failed(fmt::format("{}: has no {}", statement.name, name));
    }
  }
  return prepared;
}

void SqliteConnection::bind(Prepared& prepared, const Statement& statement,
                            std::span<const Value> values) {
  ENSURE(values.size() == prepared.positions.size(), "a statement is given all its arguments");
  for (std::size_t i = 0; i < values.size(); ++i) {
    Bind bind{prepared.handle.get(), prepared.positions[i]};
    if (int result = std::visit(bind, values[i].content()); result != SQLITE_OK) {
      fail(result, statement.name);
    }
  }
}

Tx::Result SqliteConnection::step_through(Prepared& prepared, const Statement& statement) {
  sqlite3_stmt* handle = prepared.handle.get();
  auto columns = static_cast<std::size_t>(sqlite3_column_count(handle));
  std::vector<Value> values;
  int result;
  while ((result = sqlite3_step(handle)) == SQLITE_ROW) {
    if (values.size() >= columns * result_rows_max) throw too_many_rows(statement);
    for (std::size_t i = 0; i < columns; ++i) values.push_back(column(handle, static_cast<int>(i)));
  }
  if (result != SQLITE_DONE) fail(result, statement.name);
  std::int64_t affected = sqlite3_stmt_readonly(handle) ? 0 : sqlite3_changes64(connection_.get());
  return {affected, Rows(columns, std::move(values))};
}

void SqliteConnection::fail(int result, std::string_view name) const {
  // SQLite's texts name tables and columns, never values.
  std::string detail = fmt::format("{}: {}", name, sqlite3_errmsg(connection_.get()));
  switch (result) {
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_UNIQUE: throw unique_violation(detail);
    case SQLITE_CONSTRAINT_FOREIGNKEY: throw reference_violation(detail);
    default: break;
  }
  switch (result & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT: throw storage_unavailable(detail);
    case SQLITE_INTERRUPT: throw out_of_time(detail);
    default: throw statement_failed(detail);
  }
}

// The frame of transactions: runs whatever the deadline of the closure in it.
void SqliteConnection::control(const Statement& statement) {
  Prepared& prepared = compiled(statement);
  Reset reset(prepared.handle.get());
  step_through(prepared, statement);
}

void SqliteConnection::pragma(const char* sql) {
  int result = sqlite3_exec(connection_.get(), sql, nullptr, nullptr, nullptr);
  if (result != SQLITE_OK) fail(result, sql);
}

}  // namespace antiphon::store
