#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <mutex>
#include <vector>

#include "engine/trace/span.h"

namespace antiphon::trace {

/// Decides which traces are recorded and keeps their spans until they are exported. One for a
/// process; thread-safe; outlives every span.
class Tracer {
 public:
  struct Options {
    /// Of the traces that begin here; those of a caller are recorded as the caller decided.
    double sample_ratio = 1;
    std::size_t spans_max = 8'192;  ///< that wait to be exported; further ones are dropped
    /// Gives a text back without what nobody may read; applied to every text of a span.
    std::function<std::string(std::string_view)> mask = nullptr;
  };

  /// @param clock, random  outlive it
  Tracer(const Clock& clock, Random& random, Options options);
  Tracer(const Clock& clock, Random& random) : Tracer(clock, random, Options{}) {}

  /// Whether a trace that begins here is recorded. The same everywhere for the same id and ratio.
  bool samples(const TraceId& trace_id) const;

  /// The oldest spans, at most so many. For one exporter.
  std::vector<SpanRecord> take(std::size_t most);
  std::size_t waiting() const;
  /// Spans that found no room.
  std::uint64_t dropped() const { return dropped_; }
  /// Called, on whichever thread that is, when `waiting` spans wait; again only after a take().
  void on_waiting(std::size_t waiting, std::function<void()> action);

  /// From a span at its end.
  void keep(SpanRecord record);
  const Clock& clock() const { return clock_; }
  Random& random() const { return random_; }

 private:
  const Clock& clock_;
  Random& random_;
  const Options options_;
  mutable std::mutex mutex_;
  std::deque<SpanRecord> spans_;
  std::atomic<std::uint64_t> dropped_ = 0;
  std::size_t wake_at_ = 0;
  std::function<void()> wake_;
  bool woken_ = false;
};

}  // namespace antiphon::trace
