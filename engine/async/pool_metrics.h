#pragma once

#include "engine/metrics/metric.h"

// What pools count.

namespace antiphon {

inline constexpr metrics::LabelInfo pool_label{.name = "pool", .values = "files, hashing"};

inline constexpr metrics::MetricInfo pool_queued_metric{
    .name = "antiphon_pool_queued",
    .kind = metrics::Kind::gauge,
    .help = "Work that waits for a thread of the pool.",
    .labels = {pool_label}};
inline constexpr metrics::MetricInfo pool_busy_metric{.name = "antiphon_pool_busy_threads",
                                                      .kind = metrics::Kind::gauge,
                                                      .help = "Threads of the pool that work.",
                                                      .labels = {pool_label}};
inline constexpr metrics::MetricInfo pool_wait_metric{
    .name = "antiphon_pool_wait_seconds",
    .kind = metrics::Kind::histogram,
    .help = "Time that work waited for a thread of the pool.",
    .labels = {pool_label}};
inline constexpr metrics::MetricInfo pool_run_metric{.name = "antiphon_pool_run_seconds",
                                                     .kind = metrics::Kind::histogram,
                                                     .help = "Time that work took there.",
                                                     .labels = {pool_label}};
inline constexpr metrics::MetricInfo pool_refused_metric{
    .name = "antiphon_pool_refused_total",
    .help = "Work refused because the queue was full or too slow for its deadline.",
    .labels = {pool_label}};

inline constexpr const metrics::MetricInfo* pool_metrics[] = {
    &pool_queued_metric, &pool_busy_metric, &pool_wait_metric, &pool_run_metric,
    &pool_refused_metric};

}  // namespace antiphon
