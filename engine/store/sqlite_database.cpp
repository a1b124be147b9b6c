#include "engine/store/sqlite_database.h"

#include "engine/store/dialect.h"

namespace antiphon::store {

using Mode = SqliteConnection::Mode;

SqliteDatabase::SqliteDatabase(const std::string& path, const DatabaseOptions& options)
    : Database(options.watch),
      writer_(std::make_unique<SqliteConnection>(path, Mode::write, watch_), options.queue_max,
              watch_),
      readers_(
          [path, this] { return std::make_unique<SqliteConnection>(path, Mode::read, watch_); }),
      pool_({.name = "sql-read", .threads = readers, .queue_max = options.queue_max}) {}

Task<> SqliteDatabase::run_read(Instant deadline, Closure closure) {
  Instant until = machine_deadline(deadline);
  Instant asked = std::chrono::steady_clock::now();
  co_await pool_.run(
      WorkClass::request, deadline,
      [this, until, asked, closure = std::move(closure)](const StopFlag&) {
        watch_.read_wait.observe(std::chrono::steady_clock::now() - asked);
        readers_.with([&](SqliteConnection& reader) { reader.read(closure, until); });
      });
}

Task<> SqliteDatabase::run_write(Instant deadline, Closure closure) {
  return writer_.write(deadline, std::move(closure));
}

Task<> SqliteDatabase::run_exclusive(Instant deadline, Closure closure) {
  return writer_.write(deadline, std::move(closure));
}

}  // namespace antiphon::store
