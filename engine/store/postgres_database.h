#pragma once

#include "engine/async/pool.h"
#include "engine/store/database.h"
#include "engine/store/idle_connections.h"
#include "engine/store/postgres_connection.h"

namespace antiphon::store {

/// A PostgreSQL server over several connections, each used by one thread at a time. Writes are
/// SERIALIZABLE, reads REPEATABLE READ. A transaction that certainly was not stored is run again,
/// up to `attempts_max` times within its deadline; any other failure is the caller's.
class PostgresDatabase final : public Database {
 public:
  PostgresDatabase(std::string url, const DatabaseOptions& options);

  Dialect dialect() const override { return Dialect::postgresql; }

  static constexpr int attempts_max = 20;

 protected:
  Task<> run_read(Instant deadline, Closure closure) override;
  Task<> run_write(Instant deadline, Closure closure) override;
  Task<> run_exclusive(Instant deadline, Closure closure) override;

 private:
  using Mode = PostgresConnection::Mode;
  Task<> run(Mode mode, Instant deadline, Closure closure);
  /// Nothing once it is stored; else why it must be run again.
  std::optional<std::string> transact(Mode mode, const Closure& closure, Instant until);

  IdleConnections<PostgresConnection> connections_;
  Pool pool_;
};

}  // namespace antiphon::store
