#include "engine/store/postgres_database.h"

#include "engine/store/dialect.h"

namespace antiphon::store {
namespace {

using Reason = TryAgain::Reason;

// Those who collided come back spread over a span that doubles, up to 64 ms.
Duration back_off(int attempt, Random& chance) {
  auto span_us = std::uint64_t{1000} << std::min(attempt, 6);
  return std::chrono::microseconds(chance.below(span_us));
}

// Until a connection can be made, the server is asked about as often as Reconnect lets it be.
constexpr Duration look_again = std::chrono::milliseconds(20);

ConnectionPool::Options pool_options(const DatabaseOptions& options) {
  return {.connections_min = options.connections_min,
          .connections_max = options.connections_max,
          .acquire_max = options.acquire_max,
          .queue_max = options.queue_max};
}

}  // namespace

PostgresDatabase::PostgresDatabase(std::string url, const DatabaseOptions& options)
    : Database(options.watch),
      acquire_max_(options.acquire_max),
      pool_([url, this] { return std::make_unique<PostgresConnection>(url, watch_, reconnect_); },
            pool_options(options), watch_),
      turns_([url, this] { return std::make_unique<PostgresConnection>(url, watch_, reconnect_); },
             {.connections_min = 0,
              .connections_max = 1,
              .acquire_max = std::chrono::hours(1),
              .queue_max = options.queue_max},
             watch_) {}

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
  Instant connect_until = std::min(until, std::chrono::steady_clock::now() + acquire_max_);
  for (int attempts = 1;;) {
    ConnectionPool& pool = attempts > attempts_abreast_max ? turns_ : pool_;
    auto setback = co_await attempt(pool, mode, until, closure);
    if (!setback) co_return;
    bool can_connect = setback->reason != Reason::no_connection;
    Duration pause = can_connect ? back_off(attempts, chance_) : look_again;
    Instant give_up = can_connect ? until : connect_until;
    if (can_connect) ++attempts;
    if (attempts > attempts_max || std::chrono::steady_clock::now() + pause > give_up) {
      throw storage_unavailable(setback->why);
    }
    count(setback->reason);
    co_await sleep_for(pause);
  }
}

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): a pool of this object
Task<std::optional<TryAgain>> PostgresDatabase::attempt(ConnectionPool& pool, Mode mode,
                                                        Instant until, Closure closure) {
  const metrics::Histogram& waits = mode == Mode::read ? watch_.read_wait : watch_.write_wait;
  Instant asked = std::chrono::steady_clock::now();
  try {
    co_await pool.run(until, [=](PostgresConnection& connection) {
      waits.observe(std::chrono::steady_clock::now() - asked);
      for (auto& action : connection.transact(mode, closure, until)) action();
    });
  } catch (const TryAgain& again) {
    co_return again;
  }
  co_return std::nullopt;
}

void PostgresDatabase::count(Reason reason) const {
  if (reason == Reason::collision) watch_.collisions.add();
  if (reason == Reason::disconnect) watch_.disconnects.add();
}

}  // namespace antiphon::store
