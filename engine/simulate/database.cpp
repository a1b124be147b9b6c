#include "engine/simulate/database.h"

#include "engine/async/core.h"
#include "engine/store/dialect.h"

namespace antiphon::simulate {

using store::SqliteConnection;

SimulatedDatabase::SimulatedDatabase(std::shared_ptr<SimulatedDisk> disk, const Clock& clock,
                                     Pace pace)
    : Database({}), disk_(std::move(disk)), clock_(clock), pace_(std::move(pace)) {
  SqliteFiles files(disk_, clock_);
  connection_ =
      std::make_unique<SqliteConnection>("database.sqlite", SqliteConnection::Mode::write, watch_);
}

SimulatedDatabase::~SimulatedDatabase() {
  SqliteFiles files(disk_, clock_);
  connection_.reset();
}

// The way to the database: half of the time it takes. Who comes too late is not served.
Task<> SimulatedDatabase::come_round(Instant deadline) {
  auto time = pace_();
  if (!time) throw store::storage_unavailable("simulated: away");
  co_await sleep_for(*time);
  if (clock_.steady() > deadline) throw store::out_of_time("simulated: slow");
}

// The way back: a process that ends meanwhile never hears what became of its transaction.
Task<> SimulatedDatabase::come_back() {
  if (auto time = pace_()) co_await sleep_for(*time);
}

Task<> SimulatedDatabase::run_read(Instant deadline, Closure closure) {
  co_await come_round(deadline);
  SqliteFiles files(disk_, clock_);
  connection_->read(closure, Instant::max());
}

Task<> SimulatedDatabase::run_write(Instant deadline, Closure closure) {
  co_await come_round(deadline);
  std::vector<std::function<void()>> on_commit;
  {
    SqliteFiles files(disk_, clock_);
    connection_->begin();
    try {
      on_commit = connection_->attempt(closure, Instant::max());
      connection_->commit();
    } catch (...) {
      connection_->rollback();
      throw;
    }
  }
  for (auto& action : on_commit) action();
  co_await come_back();
}

Task<> SimulatedDatabase::run_exclusive(Instant deadline, Closure closure) {
  return run_write(deadline, std::move(closure));
}

}  // namespace antiphon::simulate
