#pragma once

#include <array>
#include <map>
#include <optional>
#include <vector>

#include "engine/http/router.h"
#include "engine/metrics/registry.h"

namespace antiphon::http {

/// What is counted of a server, for every route that there is when it is made.
class ServerMetrics {
 public:
  /// Both outlive it.
  ServerMetrics(metrics::Registry& registry, const Router& router);

  /// @param result  "done", "too_many", or how TLS failed
  void handshake_ended(std::string_view result) const;
  void connections_changed(int by) const { connections_.add(by); }
  void connection_ended(Duration lasted) const { connection_time_.observe(lasted); }
  /// @param route  null: answered were bytes that were no request or led to no route, or a
  ///               connection too many
  /// @param took   until the end of the answer; nothing where the gate let nobody in
  void answered(const RouteInfo* route, int status, std::optional<Duration> took) const;
  /// Has what is counted there told from now on. Both outlive this.
  void count_bytes(const metrics::Tally& received, const metrics::Tally& sent);

 private:
  struct OfRoute {
    std::string name;
    // By class of status, 1xx first; a route has few of them, so each is made when it first comes.
    mutable std::array<std::optional<metrics::Counter>, 5> answers;
    std::optional<metrics::Histogram> time;
  };

  metrics::Registry& registry_;
  metrics::Gauge connections_;
  metrics::Histogram connection_time_;
  std::map<std::string_view, metrics::Counter> handshakes_;
  OfRoute no_route_{.name = "none"};
  std::map<const RouteInfo*, OfRoute> routes_;
  std::vector<metrics::Source> sources_;
};

}  // namespace antiphon::http
