#pragma once

#include <array>
#include <map>

#include "engine/http/router.h"
#include "engine/metrics/registry.h"

namespace antiphon::http {

/// What is counted of a server. Handles are made once, for every route that there is then.
class ServerMetrics {
 public:
  /// Both outlive it.
  ServerMetrics(metrics::Registry& registry, const Router& router);

  /// @param result  "done", "too_many", or how TLS failed
  void handshake_ended(std::string_view result) const;
  void connections_changed(int by) const { connections_.add(by); }
  /// @param route  null where none was admitted
  void answered(const RouteInfo* route, int status, Duration took) const;
  /// An answer outside of any request: to bytes that were none, to a connection too many.
  void count(int status) const;

 private:
  metrics::Gauge connections_;
  std::map<std::string_view, metrics::Counter> handshakes_;
  std::vector<metrics::Counter> by_status_class_;
  std::map<const RouteInfo*, metrics::Histogram> by_route_;
};

}  // namespace antiphon::http
