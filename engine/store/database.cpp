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

Task<> Database::follow(trace::Span& span, Task<> transaction) const {
  if (!span.is_recorded()) return transaction;
  span.set("db.system.name", to_text(dialect()));
  return followed(&span, std::move(transaction));
}

Task<> Database::followed(trace::Span* span, Task<> transaction) {
  try {
    co_await std::move(transaction);
  } catch (const Error& error) {
    span->fail(to_text(error.code()));
    throw;
  } catch (...) {
    span->fail("cancelled");
    throw;
  }
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
