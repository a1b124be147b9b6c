#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/base/clock.h"
#include "engine/store/postgres_value.h"

struct pg_conn;
struct pg_result;

namespace antiphon::store {

/// One libpq connection that waits for the server until a deadline and no longer. Commands travel
/// together: what is added goes out with send(), and costs one round trip (libpq's pipeline mode).
/// One thread at a time.
class PostgresWire {
 public:
  struct Clear {
    void operator()(pg_result* result) const;
  };
  using Answer = std::unique_ptr<pg_result, Clear>;
  using Answers = std::vector<Answer>;

  /// What is done when the deadline passes: the statement is cancelled on the server, which then
  /// answers; or the connection is given up, because the statement must not be stopped.
  enum class Late { cancel, give_up };

  /// @throws Error{Code::unavailable} whose detail is the server's or the system's reason
  PostgresWire(const std::string& url, Instant until);
  ~PostgresWire();

  bool is_lost() const;
  /// Looks, without waiting, whether the server has gone since the last answer.
  bool went_away();

  void add_query(const char* sql);
  void add_prepare(const std::string& name, const std::string& sql);
  void add_execute(const std::string& name, const PostgresArguments& arguments);
  /// The answers to all that was added, in order; fewer when the connection broke.
  /// @throws Error{Code::timeout} when the server does not even answer to being cancelled
  Answers send(Instant until, Late late = Late::cancel);
  /// Sends a command whose answer nobody waits for; it is read before the next ones.
  void send_off(const char* sql);

  /// Runs SQL of any number of statements, for scripts. Answers and throws as send().
  Answers run(const std::string& sql, Instant until);

  static constexpr Duration connect_max = std::chrono::seconds(5);
  static constexpr Duration cancel_max = std::chrono::seconds(2);

 private:
  struct Finish {
    void operator()(pg_conn* connection) const;
  };

  void start_connecting(const std::string& url);
  void finish_connecting(Instant until);
  void start_flight();
  void read_owed(Instant until);
  Answer next(Instant until, Late late);
  bool wait(short events, Instant until) const;
  void cancel() const;

  std::unique_ptr<pg_conn, Finish> connection_;
  int owed_ = 0;  // flights of send_off() whose answers are still to come
};

}  // namespace antiphon::store
