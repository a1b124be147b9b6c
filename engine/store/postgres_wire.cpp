#include "engine/store/postgres_wire.h"

#include <libpq-fe.h>
#include <poll.h>

#include "engine/store/dialect.h"

namespace antiphon::store {
namespace {

// A session of ours that hangs holds its locks no longer than this, whatever became of us.
constexpr const char* session_options =
    "-c bytea_output=hex -c lock_timeout=5s -c idle_in_transaction_session_timeout=60s";

Instant now() { return std::chrono::steady_clock::now(); }

// For poll(2): at least 1, so that a wait of less than a millisecond is one.
int milliseconds_to(Instant until) {
  auto left = std::chrono::ceil<std::chrono::milliseconds>(until - now());
  return static_cast<int>(std::clamp<std::int64_t>(left.count(), 1, 3'600'000));
}

Error cannot_connect(const pg_conn* connection) {
  // libpq names host, port and user here, never the password.
  std::string_view reason = PQerrorMessage(connection);
  return storage_unavailable(fmt::format("PostgreSQL: {}", reason.substr(0, reason.find('\n'))));
}

}  // namespace

void PostgresWire::Finish::operator()(pg_conn* connection) const { PQfinish(connection); }

void PostgresWire::Clear::operator()(pg_result* result) const { PQclear(result); }

PostgresWire::PostgresWire(const std::string& url, Instant until) {
  start_connecting(url);
  finish_connecting(std::min(until, now() + connect_max));
  PQsetnonblocking(connection_.get(), 1);
  // Notices are for people at a console.
  PQsetNoticeProcessor(connection_.get(), [](void*, const char*) {}, nullptr);
}

PostgresWire::~PostgresWire() = default;

void PostgresWire::start_connecting(const std::string& url) {
  // What the URL says comes last and wins.
  const char* keys[] = {"tcp_user_timeout", "application_name", "client_encoding",
                        "options",          "dbname",           nullptr};
  const char* values[] = {"10000", "antiphon", "UTF8", session_options, url.c_str(), nullptr};
  connection_.reset(PQconnectStartParams(keys, values, /*expand_dbname=*/1));
  if (PQstatus(connection_.get()) == CONNECTION_BAD) throw cannot_connect(connection_.get());
}

void PostgresWire::finish_connecting(Instant until) {
  auto state = PGRES_POLLING_WRITING;
  while (state != PGRES_POLLING_OK) {
    if (!wait(state == PGRES_POLLING_READING ? POLLIN : POLLOUT, until)) {
      throw storage_unavailable("PostgreSQL: did not take the connection in time");
    }
    state = PQconnectPoll(connection_.get());
    if (state == PGRES_POLLING_FAILED) throw cannot_connect(connection_.get());
  }
}

bool PostgresWire::is_lost() const {
  return !connection_ || PQstatus(connection_.get()) != CONNECTION_OK;
}

bool PostgresWire::went_away() {
  if (is_lost()) return true;
  pollfd socket{.fd = PQsocket(connection_.get()), .events = POLLIN, .revents = 0};
  // A server that ends says so first; the end of the stream comes behind it.
  while (::poll(&socket, 1, 0) > 0) {
    if (PQconsumeInput(connection_.get()) == 0) return true;
  }
  return false;
}

void PostgresWire::start_flight() {
  if (connection_) PQenterPipelineMode(connection_.get());
}

// Sending can only fail as the connection does, which the answers tell.

void PostgresWire::add_query(const char* sql) {
  start_flight();
  PQsendQueryParams(connection_.get(), sql, 0, nullptr, nullptr, nullptr, nullptr, 0);
}

void PostgresWire::add_prepare(const std::string& name, const std::string& sql) {
  start_flight();
  PQsendPrepare(connection_.get(), name.c_str(), sql.c_str(), 0, nullptr);
}

void PostgresWire::add_execute(const std::string& name, const PostgresArguments& arguments) {
  start_flight();
  PQsendQueryPrepared(connection_.get(), name.c_str(), arguments.count(), arguments.pointers(),
                      arguments.lengths(), arguments.formats(), /*resultFormat=*/0);
}

PostgresWire::Answers PostgresWire::send(Instant until, Late late) {
  Answers answers;
  PQpipelineSync(connection_.get());
  read_owed(until);
  while (!is_lost()) {
    Answer answer = next(until, late);
    if (!answer) continue;  // stands between the answers of two commands
    if (PQresultStatus(answer.get()) == PGRES_PIPELINE_SYNC) break;
    answers.push_back(std::move(answer));
  }
  return answers;
}

void PostgresWire::send_off(const char* sql) {
  add_query(sql);
  PQpipelineSync(connection_.get());
  PQflush(connection_.get());
  ++owed_;
}

void PostgresWire::read_owed(Instant until) {
  while (owed_ > 0 && !is_lost()) {
    Answer answer = next(until, Late::cancel);
    if (answer && PQresultStatus(answer.get()) == PGRES_PIPELINE_SYNC) --owed_;
  }
}

PostgresWire::Answers PostgresWire::run(const std::string& sql, Instant until) {
  read_owed(until);
  PQexitPipelineMode(connection_.get());
  PQsendQuery(connection_.get(), sql.c_str());
  Answers answers;
  while (Answer answer = next(until, Late::cancel)) answers.push_back(std::move(answer));
  return answers;
}

// Null at the end of a command, and for ever when the connection is lost.
PostgresWire::Answer PostgresWire::next(Instant until, Late late) {
  bool is_cancelled = false;
  while (connection_) {
    int unsent = PQflush(connection_.get());
    if (unsent < 0 || PQisBusy(connection_.get()) == 0) break;
    auto events = static_cast<short>(unsent > 0 ? POLLIN | POLLOUT : POLLIN);
    if (wait(events, until)) {
      if (PQconsumeInput(connection_.get()) == 0) break;
    } else if (late == Late::cancel && !std::exchange(is_cancelled, true)) {
      cancel();
      until = now() + cancel_max;
    } else {
      connection_.reset();
      if (late == Late::cancel) throw out_of_time("PostgreSQL does not answer");
    }
  }
  return Answer(connection_ ? PQgetResult(connection_.get()) : nullptr);
}

bool PostgresWire::wait(short events, Instant until) const {
  pollfd socket{.fd = PQsocket(connection_.get()), .events = events, .revents = 0};
  for (;;) {
    int ready = ::poll(&socket, 1, milliseconds_to(until));
    if (ready > 0) return true;
    if (now() >= until) return false;
  }
}

void PostgresWire::cancel() const {
  PGcancel* request = PQgetCancel(connection_.get());
  std::array<char, 256> reason;
  PQcancel(request, reason.data(), static_cast<int>(reason.size()));
  PQfreeCancel(request);
}

}  // namespace antiphon::store
