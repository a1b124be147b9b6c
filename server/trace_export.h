#pragma once

#include <memory>

#include "engine/async/tls.h"
#include "engine/http/client.h"
#include "engine/otlp/exporter.h"
#include "server/process.h"

namespace antiphon::server {

/// Brings the process's spans to the collector of the settings. On the first core.
class TraceExport {
 public:
  /// @param process  with a tracer; outlives it
  /// @throws Error{Code::invalid} for settings that cannot be used
  explicit TraceExport(Process& process);

  /// Until it is cancelled.
  Task<> run() { return exporter_->run(); }
  /// What is left, for a short time and not beyond `deadline`.
  Task<> stop(Instant deadline);

 private:
  std::unique_ptr<TlsClient> tls_;
  std::unique_ptr<http::NetworkHttpClient> client_;
  std::unique_ptr<otlp::Exporter> exporter_;
};

}  // namespace antiphon::server
