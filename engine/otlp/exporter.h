#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/async/core.h"
#include "engine/async/waiter.h"
#include "engine/http/client.h"
#include "engine/log/logger.h"
#include "engine/metrics/registry.h"
#include "engine/otlp/encode.h"
#include "engine/trace/tracer.h"

namespace antiphon::otlp {

/// Of what a collector says to a batch.
inline constexpr std::size_t answer_bytes_max = std::size_t{64} << 10;

/// Sends the spans that a tracer keeps to a collector, over OTLP/HTTP with JSON bodies. What the
/// collector does not take in time is given up and counted; nothing ever waits for it. On one core.
class Exporter {
 public:
  struct Options {
    std::string endpoint;  ///< "http://127.0.0.1:4318", without /v1/traces
    std::vector<std::pair<std::string, std::string>> headers;
    Resource resource;
    Duration timeout = std::chrono::seconds(10);  ///< of one request
    Duration interval =
        std::chrono::seconds(1);  ///< between looks for spans; sooner when many wait
    std::size_t batch_spans_max = 512;
    Duration back_off = std::chrono::seconds(1);  ///< doubled with every attempt, with jitter
    Duration back_off_max = std::chrono::seconds(30);
    Duration give_up_after = std::chrono::minutes(2);  ///< from a batch's first attempt
    metrics::Registry* metrics = nullptr;              ///< outlives it; null: nothing is counted
  };

  /// Tracer, client and random outlive it.
  /// @throws Error{Code::invalid} for an endpoint or header that cannot be used
  /// @throws Error{Code::invalid} for options that an exporter cannot be made with
  static void check(const Options& options);
  Exporter(trace::Tracer& tracer, http::HttpClient& client, Random& random, log::Logger log,
           Options options);
  ~Exporter();

  /// Exports until it is cancelled.
  Task<> run();
  /// After run() has ended: exports what is left, with one attempt a batch, until `deadline`.
  Task<> flush(Instant deadline);

 private:
  /// What came of one request.
  enum class Outcome { taken, refused, again };
  struct Attempt {
    Outcome outcome = Outcome::again;
    std::string why;
    std::optional<Duration> wait = {};  ///< as the collector asked
    std::int64_t rejected_spans = 0;
  };

  bool load_batch();
  Task<> deliver();
  Task<Attempt> attempt(Instant deadline);
  Attempt judge(const http::ClientAnswer& answer, std::string_view body) const;
  void settle(const Attempt& attempt);
  void give_up(std::string_view why);
  void report(std::string_view why, std::size_t lost_spans);
  Duration back_off(int attempts, const Attempt& last);

  trace::Tracer& tracer_;
  http::HttpClient& client_;
  Random& random_;
  log::Logger log_;
  Options options_;
  http::ClientRequest request_;     ///< without a body
  std::size_t batch_spans_ = 0;     ///< those under way; 0: none
  std::string batch_;               ///< their encoding
  std::shared_ptr<Waiter> wanted_;  ///< woken from wherever spans end
  bool is_failing_ = false;         ///< and told so

  metrics::Registry unread_;
  metrics::Counter exported_;
  metrics::Counter refused_;
  metrics::Counter failed_;
  metrics::Counter taken_requests_;
  metrics::Counter refused_requests_;
  metrics::Counter retried_requests_;
  std::vector<metrics::Source> sources_;
};

}  // namespace antiphon::otlp
