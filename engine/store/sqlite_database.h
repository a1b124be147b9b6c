#pragma once

#include "engine/async/pool.h"
#include "engine/store/database.h"
#include "engine/store/idle_connections.h"
#include "engine/store/sqlite_writer.h"

namespace antiphon::store {

/// An SQLite file in WAL mode: one thread writes, several read what was committed last.
class SqliteDatabase final : public Database {
 public:
  SqliteDatabase(const std::string& path, const DatabaseOptions& options);

  Dialect dialect() const override { return Dialect::sqlite; }

  static constexpr unsigned readers = 4;  ///< threads

 protected:
  Task<> run_read(Instant deadline, Closure closure) override;
  Task<> run_write(Instant deadline, Closure closure) override;
  /// Every write holds the file's only write lock already.
  Task<> run_exclusive(Instant deadline, Closure closure) override;

 private:
  SqliteWriter writer_;
  IdleConnections<SqliteConnection> readers_;
  Pool pool_;
};

}  // namespace antiphon::store
