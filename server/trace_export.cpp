#include "server/trace_export.h"

namespace antiphon::server {
namespace {

constexpr Duration flush_time_max = std::chrono::seconds(2);
constexpr std::size_t connections_max = 2;  // one exporter has one request at a time

otlp::Exporter::Options export_options(Process& process) {
  const TraceSettings& settings = process.settings.trace;
  return {.endpoint = settings.endpoint,
          .headers = otlp::parse_headers(settings.headers),
          .resource = {.service_name = settings.service_name,
                       .service_version = std::string(version),
                       .instance_id = std::string(trace::make_trace_id(process.random).text())},
          .timeout = settings.timeout_ms,
          .metrics = &process.metrics};
}

}  // namespace

// A client that was made has to be stopped: what is wrong is told before.
TraceExport::TraceExport(Process& process) {
  const TraceSettings& settings = process.settings.trace;
  try {
    otlp::Exporter::Options options = export_options(process);
    otlp::Exporter::check(options);
    if (settings.endpoint.starts_with("https:")) {
      tls_ = std::make_unique<TlsClient>(TlsClient::Options{settings.authorities_file});
    }
    client_ = std::make_unique<http::NetworkHttpClient>(
        process.network,
        http::ClientOptions{.reach = http::Reach::everywhere,
                            .pool = {.connections_min = 1, .connections_max = connections_max},
                            .tls = tls_.get(),
                            .metrics = &process.metrics,
                            .name = "otlp"});
    exporter_ = std::make_unique<otlp::Exporter>(*process.tracer, *client_, process.random,
                                                 process.log, std::move(options));
  } catch (const Error& error) {
    throw Error(Code::invalid, "Traces cannot be exported as set in [trace]: " + error.message());
  }
}

Task<> TraceExport::stop(Instant deadline) {
  Instant soon = Core::here().clock().steady() + flush_time_max;
  co_await exporter_->flush(std::min(deadline, soon));
  co_await client_->stop();
}

}  // namespace antiphon::server
