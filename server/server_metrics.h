#pragma once

#include <vector>

#include "engine/metrics/metric.h"

// What the server itself counts, and the list of everything that is counted.

namespace antiphon::server {

inline constexpr double lateness_bounds[] = {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005,
                                             0.01,   0.025,   0.05,   0.1,   0.5,    1};

inline constexpr metrics::MetricInfo build_metric{
    .name = "antiphon_build_info",
    .kind = metrics::Kind::gauge,
    .help = "Always 1: which version runs.",
    .labels = {{{.name = "version", .meaning = "the version"}}}};
inline constexpr metrics::MetricInfo loop_lateness_metric{
    .name = "antiphon_event_loop_late_seconds",
    .kind = metrics::Kind::histogram,
    .help = "How late an event loop comes to what is due.",
    .labels = {{{.name = "core", .meaning = "number of an event loop, from 0"}}},
    .bounds = lateness_bounds};
inline constexpr metrics::MetricInfo log_lost_metric{
    .name = "antiphon_log_lines_lost_total",
    .help = "Lines of the log that were not written, because standard error took no more."};
inline constexpr metrics::MetricInfo certificate_metric{
    .name = "antiphon_tls_certificate_valid_until_seconds",
    .kind = metrics::Kind::gauge,
    .help = "When the served certificate ends, in Unix time.",
    .when = "TLS is on"};

/// Every metric of the program: docs/metrics.md is made of them.
std::vector<const metrics::MetricInfo*> all_metrics();

}  // namespace antiphon::server
