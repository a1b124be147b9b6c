#pragma once

#include <optional>

#include "engine/log/logger.h"
#include "engine/metrics/registry.h"
#include "engine/trace/context.h"

namespace antiphon::store {

/// How long one statement takes, over all connections; and a line in the log when it was slow.
class StatementWatch {
 public:
  /// @param name  of the statement, a constant of the program
  StatementWatch(std::string_view name, metrics::Histogram seconds,
                 const std::optional<log::Logger>& log, Duration slow);

  /// @param trace  of the transaction, for the log
  void took(Duration time, const trace::Context& trace) const;

 private:
  std::string name_;
  metrics::Histogram seconds_;
  const std::optional<log::Logger>* log_;
  Duration slow_;
};

/// What a database tells the operator: E-100's series and the log of slow statements. No value of
/// any statement gets into either. Handles are made at the start, those of a statement when a
/// connection first compiles it. Thread-safe.
class DatabaseWatch {
 public:
  struct Options {
    metrics::Registry* registry = nullptr;  ///< outlives the watch; none: nobody reads it
    std::optional<log::Logger> log;
    Duration slow = std::chrono::milliseconds(500);  ///< a statement beyond it is logged
  };

  explicit DatabaseWatch(Options options);

  StatementWatch statement(std::string_view name);

 private:
  // Before the handles, which are made from them.
  Options options_;
  metrics::Registry unread_;
  metrics::Registry& registry_;

 public:
  const metrics::Histogram read_wait;   ///< from asking to the start of the closure
  const metrics::Histogram write_wait;  ///< as read_wait
  const metrics::Counter commits;       ///< transactions made durable
  const metrics::Histogram group_size;  ///< closures in one of them
  const metrics::Counter commit_failures;
  const metrics::Counter collisions;   ///< run again: serialisation failure or deadlock
  const metrics::Counter disconnects;  ///< run again: the connection broke before COMMIT
  const metrics::Counter connects;     ///< connections made
  const metrics::Counter connect_failures;
  const metrics::Counter exhausted;  ///< refused: no connection came free in time
  const metrics::Gauge connections;  ///< open, or about to be
  const metrics::Gauge busy;         ///< of them, with a transaction
  const metrics::Gauge database_bytes;
};

}  // namespace antiphon::store
