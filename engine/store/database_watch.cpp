#include "engine/store/database_watch.h"

namespace antiphon::store {
namespace {

// A statement by its key takes microseconds, one that reads a table seconds.
constexpr double statement_bounds[] = {0.00001, 0.00003, 0.0001, 0.0003, 0.001, 0.003,
                                       0.01,    0.03,    0.1,    0.3,    1,     10};
constexpr double group_bounds[] = {1, 2, 4, 8, 16, 32, 64, 128, 256};

constexpr std::string_view wait_help = "Time a transaction waits for its turn.";
constexpr std::string_view retries_help = "Transactions run again, none of which was stored.";
constexpr std::string_view connects_help = "Attempts to connect to the database.";

metrics::Histogram wait(metrics::Registry& registry, std::string_view kind) {
  return registry.histogram("antiphon_sql_wait_seconds", wait_help, {{"kind", std::string(kind)}});
}

metrics::Counter retries(metrics::Registry& registry, std::string_view reason) {
  return registry.counter("antiphon_sql_retries_total", retries_help,
                          {{"reason", std::string(reason)}});
}

metrics::Counter connects(metrics::Registry& registry, std::string_view outcome) {
  return registry.counter("antiphon_sql_connects_total", connects_help,
                          {{"outcome", std::string(outcome)}});
}

}  // namespace

StatementWatch::StatementWatch(std::string_view name, metrics::Histogram seconds,
                               const std::optional<log::Logger>& log, Duration slow)
    : name_(name), seconds_(seconds), log_(&log), slow_(slow) {}

void StatementWatch::took(Duration time) const {
  seconds_.observe(time);
  if (time < slow_ || !*log_) return;
  auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
  (*log_)->warning("A statement was slow.", {{"statement", name_}, {"ms", ms}});
}

DatabaseWatch::DatabaseWatch(Options options)
    : options_(std::move(options)),
      registry_(options_.registry ? *options_.registry : unread_),
      read_wait(wait(registry_, "read")),
      write_wait(wait(registry_, "write")),
      commits(registry_.counter("antiphon_sql_commits_total", "Transactions made durable.")),
      group_size(registry_.histogram("antiphon_sql_group_size", "Writes in one durable commit.", {},
                                     group_bounds)),
      commit_failures(registry_.counter("antiphon_sql_commit_failures_total",
                                        "Commits of which nobody knows whether they were stored.")),
      collisions(retries(registry_, "collision")),
      disconnects(retries(registry_, "disconnect")),
      connects(store::connects(registry_, "made")),
      connect_failures(store::connects(registry_, "failed")),
      exhausted(registry_.counter("antiphon_sql_exhausted_total",
                                  "Transactions refused because no connection came free.")),
      connections(registry_.gauge("antiphon_sql_connections", "Open connections.")),
      busy(registry_.gauge("antiphon_sql_connections_busy", "Connections with a transaction.")),
      database_bytes(registry_.gauge("antiphon_sql_database_bytes", "Size of the database.")) {}

StatementWatch DatabaseWatch::statement(std::string_view name) {
  auto seconds =
      registry_.histogram("antiphon_sql_statement_seconds", "Time of a statement, by its name.",
                          {{"statement", std::string(name)}}, statement_bounds);
  return {name, seconds, options_.log, options_.slow};
}

}  // namespace antiphon::store
