#include "engine/http/server_metrics.h"

namespace antiphon::http {

ServerMetrics::ServerMetrics(metrics::Registry& registry, const Router& router)
    : connections_(registry.gauge("antiphon_http_connections", "Open HTTP connections.")) {
  for (int status_class = 1; status_class <= 5; ++status_class) {
    by_status_class_.push_back(registry.counter("antiphon_http_requests_total",
                                                "Requests by the class of their status.",
                                                {{"status", fmt::format("{}xx", status_class)}}));
  }
  for (std::string_view result : {"done", "cut", "refused", "too_slow", "too_many"}) {
    handshakes_.emplace(result, registry.counter("antiphon_http_handshakes_total",
                                                 "TLS handshakes by how they ended.",
                                                 {{"result", std::string(result)}}));
  }
  for (const auto& route : router.routes()) {
    const RouteInfo& info = route->info;
    if (info.is_takeover) continue;  // their time is how long a socket stays
    by_route_.emplace(
        &info,
        registry.histogram("antiphon_http_request_seconds",
                           "Time from a request's head to the end of its answer.",
                           {{"route", fmt::format("{} {}", to_text(info.method), info.path)}}));
  }
}

void ServerMetrics::handshake_ended(std::string_view result) const { handshakes_.at(result).add(); }

void ServerMetrics::answered(const RouteInfo* route, int status, Duration took) const {
  count(status);
  auto found = by_route_.find(route);
  if (found != by_route_.end()) found->second.observe(took);
}

void ServerMetrics::count(int status) const {
  auto status_class = static_cast<std::size_t>(std::clamp(status / 100, 1, 5));
  by_status_class_[status_class - 1].add();
}

}  // namespace antiphon::http
