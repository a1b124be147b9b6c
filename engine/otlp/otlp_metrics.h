#pragma once

#include "engine/metrics/metric.h"

// What this room counts.

namespace antiphon::otlp {

inline constexpr std::string_view when_exported = "traces are exported";

inline constexpr metrics::MetricInfo spans_metric{
    .name = "antiphon_trace_spans_total",
    .help =
        "Spans by what became of them: taken by the collector, refused by it, given up after "
        "attempts that failed, or dropped because too many waited.",
    .labels = {{{.name = "outcome", .values = "exported, refused, failed, dropped"}}},
    .when = when_exported};
inline constexpr metrics::MetricInfo waiting_metric{.name = "antiphon_trace_spans_waiting",
                                                    .kind = metrics::Kind::gauge,
                                                    .help = "Spans that wait to be exported.",
                                                    .when = when_exported};
inline constexpr metrics::MetricInfo requests_metric{
    .name = "antiphon_trace_exports_total",
    .help = "Requests to the collector by their outcome.",
    .labels = {{{.name = "outcome", .values = "taken, refused, retried"}}},
    .when = when_exported};

inline constexpr const metrics::MetricInfo* otlp_metrics[] = {&spans_metric, &waiting_metric,
                                                              &requests_metric};

}  // namespace antiphon::otlp
