#include "engine/store/database_watch.h"

#include "engine/store/store_metrics.h"

namespace antiphon::store {

StatementWatch::StatementWatch(std::string_view name, metrics::Histogram seconds,
                               const std::optional<log::Logger>& log, Duration slow)
    : name_(name), seconds_(seconds), log_(&log), slow_(slow) {}

void StatementWatch::took(Duration time, const trace::Context& trace) const {
  seconds_.observe(time);
  if (time < slow_ || !*log_) return;
  auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
  (*log_)
      ->with_trace(trace.trace_id)
      .warning("A statement was slow.", {{"statement", name_}, {"ms", ms}});
}

DatabaseWatch::DatabaseWatch(Options options)
    : options_(std::move(options)),
      registry_(options_.registry ? *options_.registry : unread_),
      read_wait(registry_.histogram(sql_wait_metric, {"read"})),
      write_wait(registry_.histogram(sql_wait_metric, {"write"})),
      commits(registry_.counter(sql_commits_metric)),
      group_size(registry_.histogram(sql_group_metric)),
      commit_failures(registry_.counter(sql_commit_failures_metric)),
      collisions(registry_.counter(sql_retries_metric, {"collision"})),
      disconnects(registry_.counter(sql_retries_metric, {"disconnect"})),
      connects(registry_.counter(sql_connects_metric, {"made"})),
      connect_failures(registry_.counter(sql_connects_metric, {"failed"})),
      exhausted(registry_.counter(sql_exhausted_metric)),
      connections(registry_.gauge(sql_connections_metric)),
      busy(registry_.gauge(sql_busy_metric)),
      database_bytes(registry_.gauge(sql_database_metric)) {}

StatementWatch DatabaseWatch::statement(std::string_view name) {
  return {name, registry_.histogram(sql_statement_metric, {name}), options_.log, options_.slow};
}

}  // namespace antiphon::store
