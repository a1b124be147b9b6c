#include "engine/store/database.h"

#include "engine/async/core.h"
#include "engine/store/postgres_database.h"
#include "engine/store/sqlite_database.h"

namespace antiphon::store {
namespace {

constexpr std::string_view sqlite_prefix = "sqlite:";
// Only a server that ends waits so.
constexpr Duration settle_interval = std::chrono::milliseconds(1);
constexpr Statement select_size{"store.size", "SELECT {database_bytes}"};

bool is_postgres(std::string_view url) {
  return url.starts_with("postgresql://") || url.starts_with("postgres://");
}

}  // namespace

Task<> Database::settle() {
  while (*open_ > 0) co_await sleep_for(settle_interval);
}

Task<> Database::measure(Instant deadline) {
  auto bytes = co_await read(deadline, [](Tx& tx) { return tx.query(select_size)[0].integer(0); });
  watch_.database_bytes.set(static_cast<double>(bytes));
}

Task<> Database::transact(Way way, Due due, Closure closure) {
  bool reads = way == Way::read;
  trace::Span span(due.trace, reads ? "sql read" : "sql write", trace::Kind::client);
  if (span.is_recorded()) span.set("db.system.name", to_text(dialect()));
  auto traced = [closure = std::move(closure), below = span.context()](Tx& tx) {
    tx.trace(below);
    closure(tx);
  };
  try {
    co_await (reads ? run_read(due.at, std::move(traced)) : run_write(due.at, std::move(traced)));
  } catch (const Error& error) {
    span.fail(to_text(error.code()));
    throw;
  } catch (...) {
    span.fail("cancelled");
    throw;
  }
}

Task<> Database::write_once(Call call, Closure closure) {
  std::shared_ptr<Once> once = call.once();
  if (!once || once->is_stored) {
    co_await transact(Way::write, call, std::move(closure));
    co_return;
  }
  // The database thread gets a copy: the promise itself belongs to this core.
  auto both = [closure = std::move(closure), stored = *once, at = call.now()](Tx& tx) {
    store_once(tx, stored, at);
    closure(tx);
  };
  co_await transact(Way::write, call, std::move(both));
  once->is_stored = true;
}

std::unique_ptr<Database> make_database(std::string_view url, const DatabaseOptions& options) {
  ENSURE(options.connections_max > 0, "a database needs a connection");
  if (is_postgres(url)) return std::make_unique<PostgresDatabase>(std::string(url), options);
  if (url.starts_with(sqlite_prefix) && url.size() > sqlite_prefix.size()) {
    return std::make_unique<SqliteDatabase>(std::string(url.substr(sqlite_prefix.size())), options);
  }
  // The URL may hold a password and is not repeated.
  throw Error(Code::invalid,
              "The database's URL must be sqlite:PATH or postgresql://USER@HOST/NAME.");
}

}  // namespace antiphon::store
