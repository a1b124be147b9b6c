#pragma once

#include "engine/metrics/metric.h"

// What this room counts.

namespace antiphon::skill {

inline constexpr metrics::MetricInfo skill_time_metric{
    .name = "antiphon_skill_seconds",
    .kind = metrics::Kind::histogram,
    .help = "Time of a skill, by who answered.",
    .labels = {{{.name = "skill", .meaning = "name of a skill"},
                {.name = "source", .values = "cache, model, rules, failed"}}}};

inline constexpr const metrics::MetricInfo* skill_metrics[] = {&skill_time_metric};

}  // namespace antiphon::skill
