#pragma once

#include <memory>
#include <string>
#include <unordered_map>

#include "engine/store/tx.h"

struct pg_conn;
struct pg_result;

namespace antiphon::store {

/// The transaction was certainly not stored and may be run again: a serialisation failure, a
/// deadlock, or a connection that broke before COMMIT was sent.
struct TryAgain {
  std::string why;
};

/// One connection to PostgreSQL, made when it is needed, and the transaction that runs on it. One
/// thread at a time.
class PostgresConnection final : public Tx {
 public:
  enum class Mode { read, write, exclusive };

  explicit PostgresConnection(std::string url) : url_(std::move(url)) {}
  ~PostgresConnection() override;

  /// Runs `closure` in one transaction. @return what to do now that it is durable
  /// @throws TryAgain; what the closure threw; Error{Code::unavailable}, also when the connection
  ///         broke during COMMIT, so that nobody knows whether it was stored
  std::vector<std::function<void()>> transact(Mode mode, const std::function<void(Tx&)>& closure,
                                              Instant until);

  Dialect dialect() const override { return Dialect::postgresql; }
  void prepare(const Statement& statement) override;
  void run_script(std::string_view sql) override;

 protected:
  Result run_now(const Statement& statement, std::span<const Value> values) override;

 private:
  struct Finish {
    void operator()(pg_conn* connection) const;
  };
  struct Clear {
    void operator()(pg_result* result) const;
  };
  using Answer = std::unique_ptr<pg_result, Clear>;

  void connect();
  void begin(Mode mode, Instant until);
  void commit();
  void leave(Mode mode) noexcept;
  bool is_lost() const;
  Answer control(const std::string& sql, std::string_view name);
  const std::string& compiled(const Statement& statement);
  void expect_success(const pg_result* result, std::string_view name) const;

  std::string url_;
  std::unique_ptr<pg_conn, Finish> connection_;
  std::unordered_map<std::string, std::string> statements_;  // SQL to its name on the server
};

}  // namespace antiphon::store
