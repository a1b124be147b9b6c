#include "engine/http/server_metrics.h"

#include "engine/http/http_metrics.h"

namespace antiphon::http {

ServerMetrics::ServerMetrics(metrics::Registry& registry, const Router& router)
    : registry_(registry),
      connections_(registry.gauge(connections_metric)),
      connection_time_(registry.histogram(connection_time_metric)) {
  for (std::string_view result : {"done", "cut", "refused", "too_slow", "too_many"}) {
    handshakes_.emplace(result, registry.counter(handshakes_metric, {result}));
  }
  for (const auto& route : router.routes()) {
    const RouteInfo& info = route->info;
    OfRoute& series = routes_[&info];
    series.name = fmt::format("{} {}", to_text(info.method), info.path);
    // The time of the others is how long a socket stays.
    if (!info.is_takeover) series.time = registry.histogram(request_time_metric, {series.name});
  }
}

void ServerMetrics::handshake_ended(std::string_view result) const { handshakes_.at(result).add(); }

void ServerMetrics::answered(const RouteInfo* route, int status,
                             std::optional<Duration> took) const {
  auto found = routes_.find(route);
  const OfRoute& series = found == routes_.end() ? no_route_ : found->second;
  constexpr std::array<std::string_view, 5> classes{"1xx", "2xx", "3xx", "4xx", "5xx"};
  auto index = static_cast<std::size_t>(std::clamp(status / 100, 1, 5)) - 1;
  auto& answers = series.answers[index];
  if (!answers) answers = registry_.counter(requests_metric, {series.name, classes[index]});
  answers->add();
  if (took && series.time) series.time->observe(*took);
}

void ServerMetrics::count_bytes(const metrics::Tally& received, const metrics::Tally& sent) {
  sources_.push_back(registry_.source(received_metric, {}, received));
  sources_.push_back(registry_.source(sent_metric, {}, sent));
}

}  // namespace antiphon::http
