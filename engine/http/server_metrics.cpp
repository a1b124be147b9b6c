#include "engine/http/server_metrics.h"

#include "engine/http/http_metrics.h"

namespace antiphon::http {

ServerMetrics::ServerMetrics(metrics::Registry& registry, const Router& router)
    : connections_(registry.gauge(connections_metric)) {
  for (int status_class = 1; status_class <= 5; ++status_class) {
    by_status_class_.push_back(
        registry.counter(requests_metric, {fmt::format("{}xx", status_class)}));
  }
  for (std::string_view result : {"done", "cut", "refused", "too_slow", "too_many"}) {
    handshakes_.emplace(result, registry.counter(handshakes_metric, {result}));
  }
  for (const auto& route : router.routes()) {
    const RouteInfo& info = route->info;
    if (info.is_takeover) continue;  // their time is how long a socket stays
    std::string name = fmt::format("{} {}", to_text(info.method), info.path);
    by_route_.emplace(&info, registry.histogram(request_time_metric, {name}));
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
