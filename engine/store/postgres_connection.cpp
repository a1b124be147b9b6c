#include "engine/store/postgres_connection.h"

#include <libpq-fe.h>

#include "engine/store/dialect.h"
#include "engine/store/postgres_value.h"

namespace antiphon::store {
namespace {

// As in SqliteConnection: beyond it somebody builds SQL at run time.
constexpr std::size_t statements_max = 4096;
// Guards run_exclusive() over all processes; any number that nobody else uses.
constexpr std::int64_t exclusive_lock = 0x616e7469;

// SQLSTATE codes (PostgreSQL documentation, appendix A).
constexpr std::string_view unique_violation_state = "23505";
constexpr std::string_view foreign_key_violation_state = "23503";
constexpr std::string_view query_canceled_state = "57014";
constexpr std::string_view lock_not_available_state = "55P03";
constexpr std::string_view serialization_failure_state = "40001";
constexpr std::string_view deadlock_state = "40P01";

std::string_view field(const pg_result* result, int code) {
  const char* text = PQresultErrorField(result, code);
  return text ? text : "";
}

// A server's message may quote values; it is kept only where it speaks of the SQL itself (class
// 42, syntax and access).
std::string describe(const pg_result* result, std::string_view name) {
  std::string_view state = field(result, PG_DIAG_SQLSTATE);
  std::string_view what = state.starts_with("42") ? field(result, PG_DIAG_MESSAGE_PRIMARY)
                                                  : field(result, PG_DIAG_CONSTRAINT_NAME);
  return fmt::format("{}: SQLSTATE {} {}", name, state, what);
}

// The time left, for the server's own limits: at least 1, because 0 means none.
std::int64_t milliseconds_to(Instant until) {
  auto left =
      std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
  return std::max<std::int64_t>(left.count(), 1);
}

}  // namespace

void PostgresConnection::Finish::operator()(pg_conn* connection) const { PQfinish(connection); }

void PostgresConnection::Clear::operator()(pg_result* result) const { PQclear(result); }

PostgresConnection::~PostgresConnection() = default;

void PostgresConnection::connect() {
  if (connection_) return;
  // What the URL says comes last and wins.
  const char* keys[] = {"connect_timeout",
                        "tcp_user_timeout",
                        "application_name",
                        "client_encoding",
                        "options",
                        "dbname",
                        nullptr};
  const char* values[] = {"5",          "10000", "antiphon", "UTF8", "-c bytea_output=hex",
                          url_.c_str(), nullptr};
  connection_.reset(PQconnectdbParams(keys, values, /*expand_dbname=*/1));
  statements_.clear();
  if (is_lost()) {
    connection_.reset();
    throw storage_unavailable("PostgreSQL does not take connections");
  }
  // Notices are for people at a console.
  PQsetNoticeProcessor(connection_.get(), [](void*, const char*) {}, nullptr);
}

bool PostgresConnection::is_lost() const {
  return !connection_ || PQstatus(connection_.get()) != CONNECTION_OK;
}

std::vector<std::function<void()>> PostgresConnection::transact(
    Mode mode, const std::function<void(Tx&)>& closure, Instant until) {
  connect();
  start_afresh();
  try {
    begin(mode, until);
    closure(*this);
    expect_unspoilt();
    commit();
  } catch (...) {
    leave(mode);
    throw;
  }
  leave(mode);
  return take_on_commit();
}

void PostgresConnection::begin(Mode mode, Instant until) {
  if (mode == Mode::exclusive) {
    // Before BEGIN: the transaction must see what the holder before it stored.
    control(fmt::format("SET lock_timeout = {}", milliseconds_to(until)), "lock");
    control(fmt::format("SELECT pg_advisory_lock({})", exclusive_lock), "lock");
  }
  std::string_view isolation = mode == Mode::read ? "REPEATABLE READ READ ONLY" : "SERIALIZABLE";
  control(fmt::format("BEGIN ISOLATION LEVEL {}; SET LOCAL statement_timeout = {}", isolation,
                      milliseconds_to(until)),
          "begin");
}

void PostgresConnection::commit() {
  Answer answer(PQexec(connection_.get(), "COMMIT"));
  if (is_lost()) throw storage_unavailable("the connection broke during COMMIT");
  expect_success(answer.get(), "commit");
}

// Ends whatever is still open, so that the next transaction finds a clean connection or none.
void PostgresConnection::leave(Mode mode) noexcept {
  if (!is_lost() && PQtransactionStatus(connection_.get()) != PQTRANS_IDLE) {
    Answer(PQexec(connection_.get(), "ROLLBACK"));
  }
  if (!is_lost() && mode == Mode::exclusive) {
    Answer(PQexec(connection_.get(), "SELECT pg_advisory_unlock_all(); RESET lock_timeout"));
  }
  if (is_lost()) connection_.reset();
}

void PostgresConnection::prepare(const Statement& statement) { compiled(statement); }

void PostgresConnection::run_script(std::string_view sql) {
  control(translate(Dialect::postgresql, sql), "script");
}

Tx::Result PostgresConnection::run_now(const Statement& statement, std::span<const Value> values) {
  const std::string& name = compiled(statement);
  PostgresArguments arguments(values);
  Answer answer(PQexecPrepared(connection_.get(), name.c_str(), arguments.count(),
                               arguments.pointers(), arguments.lengths(), arguments.formats(),
                               /*resultFormat=*/0));
  expect_success(answer.get(), statement.name);
  int rows = PQntuples(answer.get());
  int columns = PQnfields(answer.get());
  if (static_cast<std::size_t>(rows) > result_rows_max) throw too_many_rows(statement);
  std::vector<Value> fields;
  fields.reserve(static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns));
  for (int row = 0; row < rows; ++row) {
    for (int i = 0; i < columns; ++i) fields.push_back(postgres_value(answer.get(), row, i));
  }
  std::int64_t affected = 0;
  if (!std::string_view(PQcmdStatus(answer.get())).starts_with("SELECT")) {
    affected = std::strtoll(PQcmdTuples(answer.get()), nullptr, 10);
  }
  return {affected, Rows(static_cast<std::size_t>(columns), std::move(fields))};
}

const std::string& PostgresConnection::compiled(const Statement& statement) {
  std::string key(statement.sql);
  if (auto found = statements_.find(key); found != statements_.end()) return found->second;
  ENSURE(statements_.size() < statements_max, "the SQL of a statement is a constant");
  std::string name = fmt::format("s{}", statements_.size());
  std::string sql = translate(Dialect::postgresql, statement.sql);
  Answer answer(PQprepare(connection_.get(), name.c_str(), sql.c_str(), 0, nullptr));
  expect_success(answer.get(), statement.name);
  return statements_.emplace(std::move(key), std::move(name)).first->second;
}

PostgresConnection::Answer PostgresConnection::control(const std::string& sql,
                                                       std::string_view name) {
  Answer answer(PQexec(connection_.get(), sql.c_str()));
  expect_success(answer.get(), name);
  return answer;
}

void PostgresConnection::expect_success(const pg_result* result, std::string_view name) const {
  auto status = PQresultStatus(result);
  if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) return;
  if (is_lost()) throw TryAgain{fmt::format("{}: the connection broke", name)};
  std::string_view state = field(result, PG_DIAG_SQLSTATE);
  std::string detail = describe(result, name);
  if (state == serialization_failure_state || state == deadlock_state) throw TryAgain{detail};
  if (state == unique_violation_state) throw unique_violation(detail);
  if (state == foreign_key_violation_state) throw reference_violation(detail);
  if (state == query_canceled_state || state == lock_not_available_state) throw out_of_time(detail);
  // Classes 53 (no resources), 57P (shutting down) and 58 (system error) pass by themselves.
  if (state.starts_with("53") || state.starts_with("57P") || state.starts_with("58")) {
    throw storage_unavailable(detail);
  }
  throw statement_failed(detail);
}

}  // namespace antiphon::store
