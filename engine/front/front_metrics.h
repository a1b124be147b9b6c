#pragma once

#include "engine/metrics/metric.h"

// What this room counts.

namespace antiphon::front {

inline constexpr metrics::MetricInfo chats_metric{
    .name = "antiphon_front_chats_total",
    .help =
        "Questions by OpenAI's clients, by how their answers ended: refused before the model "
        "said anything, cut after it did, left by the client.",
    .labels = {{{.name = "end", .values = "complete, refused, cut, left"}}}};

inline constexpr const metrics::MetricInfo* front_metrics[] = {&chats_metric};

}  // namespace antiphon::front
