#pragma once

#include <memory>
#include <string>

#include "engine/store/database_watch.h"
#include "engine/store/postgres_error.h"
#include "engine/store/postgres_wire.h"
#include "engine/store/reconnect.h"
#include "engine/store/statement_key.h"
#include "engine/store/tx.h"

namespace antiphon::store {

/// One connection to PostgreSQL, made when it is needed, and the transaction that runs on it. BEGIN
/// and the preparing of a statement travel with the first statement, and nobody waits for the end
/// of a transaction that only read: a read of one statement is one round trip, a write two. One
/// thread at a time.
class PostgresConnection final : public Tx {
 public:
  enum class Mode { read, write, exclusive };

  /// `watch` and `reconnect` outlive it.
  PostgresConnection(std::string url, DatabaseWatch& watch, Reconnect& reconnect);
  ~PostgresConnection() override;

  /// Runs `closure` in one transaction. @return what to do now that it is durable
  /// @throws TryAgain; what the closure threw; unknown_commit() when the connection broke during
  ///         COMMIT, so that nobody knows whether it was stored
  std::vector<std::function<void()>> transact(Mode mode, const std::function<void(Tx&)>& closure,
                                              Instant until);

  Dialect dialect() const override { return Dialect::postgresql; }
  void prepare(const Statement& statement) override;
  void run_script(std::string_view sql) override;

  /// COMMIT has this long beyond the deadline: stopping it would leave it unknown.
  static constexpr Duration commit_max = std::chrono::seconds(10);

 protected:
  Result run_now(const Statement& statement, std::span<const Value> values) override;

 private:
  struct Prepared {
    std::string name;  // on the server
    StatementWatch watch;
  };

  void connect(Instant until);
  void take_exclusive_lock(Instant until);
  void commit();
  void leave() noexcept;
  void control(const std::string& sql, std::string_view name, Instant until);
  Prepared& add_to_flight(const Statement& statement);
  static Result read_result(pg_result* answer, const Statement& statement);
  void check(const PostgresWire::Answers& answers, std::size_t expected, std::string_view name);

  std::string url_;
  DatabaseWatch& watch_;
  Reconnect& reconnect_;
  std::unique_ptr<PostgresWire> wire_;
  StatementMap<Prepared> statements_;
  std::size_t names_ = 0;
  Mode mode_ = Mode::read;
  Instant until_;
  bool has_begun_ = false;
};

}  // namespace antiphon::store
