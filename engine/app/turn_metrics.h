#pragma once

#include "engine/metrics/metric.h"

// What is counted of the turns of live sessions.

namespace antiphon::app {

inline constexpr metrics::LabelInfo app_label{.name = "app", .meaning = "name of an app"};

inline constexpr metrics::MetricInfo turns_metric{
    .name = "antiphon_turns_total",
    .help = "Turns of live sessions; missed: beyond their deadline.",
    .labels = {{app_label, {.name = "outcome", .values = "in_time, missed, cut_short"}}}};
inline constexpr metrics::MetricInfo turn_stage_metric{
    .name = "antiphon_turn_stage_seconds",
    .kind = metrics::Kind::histogram,
    .help = "Time of one stage of a turn.",
    .labels = {
        {app_label, {.name = "stage", .meaning = "a stage, as the app's README lists them"}}}};
inline constexpr metrics::MetricInfo turn_call_metric{
    .name = "antiphon_turn_call_seconds",
    .kind = metrics::Kind::histogram,
    .help = "Time of what a turn asked of others.",
    .labels = {{app_label,
                {.name = "kind", .values = "speech, skill, search"},
                {.name = "name", .meaning = "a recogniser, skill or index"},
                {.name = "outcome", .meaning = "ok, or the code of an error"}}}};

inline constexpr const metrics::MetricInfo* turn_metrics[] = {&turns_metric, &turn_stage_metric,
                                                              &turn_call_metric};

}  // namespace antiphon::app
