#pragma once

#include "engine/metrics/metric.h"

// What this room counts.

namespace antiphon::skill {

inline constexpr metrics::LabelInfo skill_label{.name = "skill", .meaning = "name of a skill"};

inline constexpr std::string_view models_when = "models answer skills";

inline constexpr metrics::MetricInfo skill_time_metric{
    .name = "antiphon_skill_seconds",
    .kind = metrics::Kind::histogram,
    .help = "Time of a skill, by who answered.",
    .labels = {{skill_label, {.name = "source", .values = "cache, model, rules, failed"}}}};

inline constexpr metrics::MetricInfo skill_answers_metric{
    .name = "antiphon_skill_answers_total",
    .kind = metrics::Kind::counter,
    .help = "Answers of skills, by who gave them and why it was not the model that was to.",
    .labels = {{skill_label,
                {.name = "source", .values = "cache, model, rules"},
                {.name = "fallback",
                 .values = "none, no_time, too_long, no_target, unsupported, invalid, budget, "
                           "exhausted, failed, timeout, refused, filtered, truncated, too_large, "
                           "off_schema, not_admitted, tool_steps"}}}};

inline constexpr metrics::MetricInfo skill_repairs_metric{
    .name = "antiphon_skill_repairs_total",
    .kind = metrics::Kind::counter,
    .help = "Answers of models that were not what was asked for and were asked again.",
    .labels = {{skill_label, {.name = "outcome", .values = "mended, failed"}}},
    .when = models_when};

inline constexpr metrics::MetricInfo skill_tokens_metric{
    .name = "antiphon_skill_tokens_total",
    .kind = metrics::Kind::counter,
    .help = "Tokens that skills took of models, as far as their providers say.",
    .labels = {{skill_label, {.name = "direction", .values = "in, out"}}},
    .when = models_when};

inline constexpr metrics::MetricInfo skill_tool_calls_metric{
    .name = "antiphon_skill_tool_calls_total",
    .kind = metrics::Kind::counter,
    .help = "Tools that models called for skills.",
    .labels = {{skill_label, {.name = "outcome", .values = "answered, failed"}}},
    .when = models_when};

inline constexpr const metrics::MetricInfo* skill_metrics[] = {
    &skill_time_metric, &skill_answers_metric, &skill_repairs_metric, &skill_tokens_metric,
    &skill_tool_calls_metric};

}  // namespace antiphon::skill
