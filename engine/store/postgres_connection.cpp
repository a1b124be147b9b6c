#include "engine/store/postgres_connection.h"

#include <libpq-fe.h>

#include "engine/store/dialect.h"

namespace antiphon::store {
namespace {

// Guards run_exclusive() over all processes; any number that nobody else uses.
constexpr std::int64_t exclusive_lock = 0x616e7469;
constexpr Duration leave_max = std::chrono::seconds(2);

Instant steady_now() { return std::chrono::steady_clock::now(); }

const char* begin_sql(PostgresConnection::Mode mode) {
  return mode == PostgresConnection::Mode::read ? "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
                                                : "BEGIN ISOLATION LEVEL SERIALIZABLE";
}

bool is_commit(pg_result* answer) {
  return PQresultStatus(answer) == PGRES_COMMAND_OK &&
         std::string_view(PQcmdStatus(answer)) == "COMMIT";
}

bool is_prepared(const PostgresWire::Answers& answers, std::size_t at) {
  return at < answers.size() && PQresultStatus(answers[at].get()) == PGRES_COMMAND_OK;
}

}  // namespace

PostgresConnection::PostgresConnection(std::string url, DatabaseWatch& watch, Reconnect& reconnect)
    : url_(std::move(url)), watch_(watch), reconnect_(reconnect) {}

PostgresConnection::~PostgresConnection() = default;

void PostgresConnection::connect(Instant until) {
  if (wire_ && !wire_->went_away()) return;
  wire_.reset();
  statements_.clear();
  using enum TryAgain::Reason;
  if (auto why = reconnect_.refusal(steady_now())) throw TryAgain{no_connection, *why};
  try {
    wire_ = std::make_unique<PostgresWire>(url_, until);
  } catch (const Error& error) {
    watch_.connect_failures.add();
    reconnect_.failed(steady_now(), error.detail());
    throw TryAgain{no_connection, error.detail()};
  }
  watch_.connects.add();
  reconnect_.worked();
}

std::vector<std::function<void()>> PostgresConnection::transact(
    Mode mode, const std::function<void(Tx&)>& closure, Instant until) {
  connect(until);
  start_afresh();
  mode_ = mode;
  until_ = until;
  has_begun_ = false;
  try {
    if (mode == Mode::exclusive) take_exclusive_lock(until);
    closure(*this);
    expect_unspoilt();
    commit();
  } catch (...) {
    leave();
    throw;
  }
  leave();
  return take_on_commit();
}

// Before BEGIN: the transaction must see what the holder before it stored.
void PostgresConnection::take_exclusive_lock(Instant until) {
  control(fmt::format("SET lock_timeout = 0; SELECT pg_advisory_lock({})", exclusive_lock), "lock",
          until);
}

void PostgresConnection::commit() {
  if (!std::exchange(has_begun_, false)) return;
  if (mode_ == Mode::read) {
    wire_->send_off("COMMIT");
    return;
  }
  wire_->add_query("COMMIT");
  auto answers =
      wire_->send(std::max(until_, steady_now() + commit_max), PostgresWire::Late::give_up);
  if (!answers.empty() && is_commit(answers.front().get())) {
    watch_.commits.add();
    return;
  }
  if (wire_->is_lost()) {
    watch_.commit_failures.add();
    throw unknown_commit("the connection broke");
  }
  check(answers, 1, "commit");
  throw statement_failed("commit: the server took it back");
}

// Ends whatever is still open, so that the next transaction finds a clean connection or none.
void PostgresConnection::leave() noexcept {
  try {
    if (has_begun_) control("ROLLBACK", "rollback", steady_now() + leave_max);
    if (mode_ == Mode::exclusive) {
      control("SELECT pg_advisory_unlock_all(); RESET lock_timeout", "unlock",
              steady_now() + leave_max);
    }
  } catch (...) {
    wire_.reset();
  }
  has_begun_ = false;
}

void PostgresConnection::prepare(const Statement& statement) {
  if (statements_.contains(statement.sql)) return;
  add_to_flight(statement);
  auto answers = wire_->send(until_);
  if (!is_prepared(answers, 0)) statements_.erase(std::string(statement.sql));
  check(answers, 1, statement.name);
}

void PostgresConnection::run_script(std::string_view sql) {
  if (!has_begun_) control(begin_sql(mode_), "begin", until_);
  has_begun_ = true;
  control(translate(Dialect::postgresql, sql), "script", until_);
}

Tx::Result PostgresConnection::run_now(const Statement& statement, std::span<const Value> values) {
  Instant begin = steady_now();
  std::size_t commands = 0;
  if (!std::exchange(has_begun_, true)) {
    wire_->add_query(begin_sql(mode_));
    ++commands;
  }
  auto known = statements_.find(statement.sql);
  bool is_new = known == statements_.end();
  Prepared& prepared = is_new ? add_to_flight(statement) : known->second;
  std::size_t preparing = commands;
  if (is_new) ++commands;
  wire_->add_execute(prepared.name, PostgresArguments(values));
  auto answers = wire_->send(until_);
  if (is_new && !is_prepared(answers, preparing)) {
    statements_.erase(std::string(statement.sql));
    check(answers, commands + 1, statement.name);
  }
  prepared.watch.took(steady_now() - begin, trace());
  check(answers, commands + 1, statement.name);
  return read_result(answers.back().get(), statement);
}

Tx::Result PostgresConnection::read_result(pg_result* answer, const Statement& statement) {
  int rows = PQntuples(answer);
  int columns = PQnfields(answer);
  if (static_cast<std::size_t>(rows) > result_rows_max) throw too_many_rows(statement);
  std::vector<Value> fields;
  fields.reserve(static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns));
  for (int row = 0; row < rows; ++row) {
    for (int i = 0; i < columns; ++i) fields.push_back(postgres_value(answer, row, i));
  }
  std::int64_t affected = 0;
  if (!std::string_view(PQcmdStatus(answer)).starts_with("SELECT")) {
    affected = std::strtoll(PQcmdTuples(answer), nullptr, 10);
  }
  return {affected, Rows(static_cast<std::size_t>(columns), std::move(fields))};
}

PostgresConnection::Prepared& PostgresConnection::add_to_flight(const Statement& statement) {
  ENSURE(statements_.size() < statements_max, "the SQL of a statement is a constant");
  Prepared prepared{fmt::format("s{}", ++names_), watch_.statement(statement.name)};
  wire_->add_prepare(prepared.name, translate(Dialect::postgresql, statement.sql));
  return statements_.emplace(statement.sql, std::move(prepared)).first->second;
}

void PostgresConnection::control(const std::string& sql, std::string_view name, Instant until) {
  auto answers = wire_->run(sql, until);
  check(answers, 1, name);
}

// The first failure is the reason; those behind it were only passed over.
void PostgresConnection::check(const PostgresWire::Answers& answers, std::size_t expected,
                               std::string_view name) {
  for (const auto& answer : answers) expect_success(answer.get(), name, wire_->is_lost());
  if (answers.size() < expected) expect_success(nullptr, name, wire_->is_lost());
}

}  // namespace antiphon::store
