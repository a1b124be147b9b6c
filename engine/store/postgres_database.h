#pragma once

#include "engine/base/random.h"
#include "engine/store/connection_pool.h"
#include "engine/store/database.h"

namespace antiphon::store {

/// A PostgreSQL server over several connections, each used by one thread at a time. Writes are
/// SERIALIZABLE, reads REPEATABLE READ. A transaction that certainly was not stored is run again
/// within its deadline: up to `attempts_max` times, and for as long as a connection may be waited
/// for when none can be made. Any other failure is the caller's.
class PostgresDatabase final : public Database {
 public:
  PostgresDatabase(std::string url, const DatabaseOptions& options);

  Dialect dialect() const override { return Dialect::postgresql; }

  static constexpr int attempts_max = 20;
  /// Those that collided so often take turns from then on.
  static constexpr int attempts_abreast_max = 3;

 protected:
  Task<> run_read(Instant deadline, Closure closure) override;
  Task<> run_write(Instant deadline, Closure closure) override;
  Task<> run_exclusive(Instant deadline, Closure closure) override;

 private:
  using Mode = PostgresConnection::Mode;
  Task<> run(Mode mode, Instant deadline, Closure closure);
  Task<std::optional<TryAgain>> attempt(ConnectionPool& pool, Mode mode, Instant until,
                                        Closure closure);
  void count(TryAgain::Reason reason) const;

  SystemRandom chance_;
  Reconnect reconnect_{chance_};
  Duration acquire_max_;
  ConnectionPool pool_;
  ConnectionPool turns_;
};

}  // namespace antiphon::store
