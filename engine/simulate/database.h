#pragma once

#include "engine/simulate/sqlite_files.h"
#include "engine/store/database.h"
#include "engine/store/sqlite_connection.h"

namespace antiphon::simulate {

/// SQLite on a simulated disk, in virtual time: closures run on the core that asks, one at a time.
class SimulatedDatabase final : public store::Database {
 public:
  /// How long the next transaction takes; nothing: the database is away.
  using Pace = std::function<std::optional<Duration>()>;

  SimulatedDatabase(std::shared_ptr<SimulatedDisk> disk, const Clock& clock, Pace pace);
  ~SimulatedDatabase() override;

  store::Dialect dialect() const override { return store::Dialect::sqlite; }

 protected:
  Task<> run_read(Instant deadline, Closure closure) override;
  Task<> run_write(Instant deadline, Closure closure) override;
  Task<> run_exclusive(Instant deadline, Closure closure) override;

 private:
  Task<> come_round(Instant deadline);
  Task<> come_back();

  std::shared_ptr<SimulatedDisk> disk_;
  const Clock& clock_;
  Pace pace_;
  std::unique_ptr<store::SqliteConnection> connection_;
};

}  // namespace antiphon::simulate
