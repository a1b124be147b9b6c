#include "engine/store/postgres_database.h"

#include "engine/base/random.h"
#include "engine/store/dialect.h"

namespace antiphon::store {
namespace {

// Those who collided come back spread over a span that doubles, up to 64 ms.
Duration back_off(int attempt) {
  SystemRandom random;
  auto span_us = std::uint64_t{1000} << std::min(attempt, 6);
  return std::chrono::microseconds(random.below(span_us));
}

}  // namespace

PostgresDatabase::PostgresDatabase(std::string url, const DatabaseOptions& options)
    : Database(options.watch),
      connections_([url] { return std::make_unique<PostgresConnection>(url); }),
      pool_({.name = "sql", .threads = options.connections, .queue_max = options.queue_max}) {}

Task<> PostgresDatabase::run_read(Instant deadline, Closure closure) {
  return run(Mode::read, deadline, std::move(closure));
}

Task<> PostgresDatabase::run_write(Instant deadline, Closure closure) {
  return run(Mode::write, deadline, std::move(closure));
}

Task<> PostgresDatabase::run_exclusive(Instant deadline, Closure closure) {
  return run(Mode::exclusive, deadline, std::move(closure));
}

Task<> PostgresDatabase::run(Mode mode, Instant deadline, Closure closure) {
  Instant until = machine_deadline(deadline);
  std::string why;
  for (int attempt = 1; attempt <= attempts_max; ++attempt) {
    auto collision = co_await pool_.run(
        WorkClass::request, deadline,
        [this, mode, until, closure](const StopFlag&) { return transact(mode, closure, until); });
    if (!collision) co_return;
    why = std::move(*collision);
    co_await sleep_for(back_off(attempt));
  }
  throw storage_unavailable("too many collisions; " + why);
}

std::optional<std::string> PostgresDatabase::transact(Mode mode, const Closure& closure,
                                                      Instant until) {
  if (std::chrono::steady_clock::now() > until) throw out_of_time("transactions wait");
  try {
    std::vector<std::function<void()>> on_commit;
    connections_.with([&](PostgresConnection& connection) {
      on_commit = connection.transact(mode, closure, until);
    });
    for (auto& action : on_commit) action();
    return std::nullopt;
  } catch (const TryAgain& again) {
    return again.why;
  }
}

}  // namespace antiphon::store
