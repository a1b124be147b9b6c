#pragma once

#include "engine/metrics/metric.h"

// What this room counts. Metrics of calls follow the OpenTelemetry semantic conventions for
// generative AI, version 1.37.0 (in development there), with dots as underscores and the unit
// behind the name where Prometheus wants it. The rest is of our own.

namespace antiphon::gateway {

inline constexpr metrics::LabelInfo operation_label{.name = "gen_ai_operation_name",
                                                    .values = "chat, embeddings"};
inline constexpr metrics::LabelInfo provider_label{
    .name = "gen_ai_provider_name", .values = "openai, ollama, gcp.gemini, anthropic, other, none"};
inline constexpr metrics::LabelInfo model_label{.name = "gen_ai_request_model",
                                                .meaning = "a model of the settings"};
inline constexpr metrics::LabelInfo instance_label{.name = "instance_name",
                                                   .meaning = "an instance of the settings"};

// Bounds as the conventions advise them.
inline constexpr double duration_bounds[] = {0.01, 0.02, 0.04, 0.08,  0.16,  0.32,  0.64,
                                             1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92};
inline constexpr double token_bounds[] = {
    1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864};
inline constexpr double first_token_bounds[] = {0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1,
                                                0.25,  0.5,   0.75, 1.0,  2.5,  5.0,  7.5,  10.0};
inline constexpr double token_time_bounds[] = {0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2,
                                               0.3,  0.4,   0.5,  0.75,  1.0, 2.5};

inline constexpr metrics::MetricInfo duration_metric{
    .name = "gen_ai_client_operation_duration_seconds",
    .kind = metrics::Kind::histogram,
    .help = "Time of a whole call, attempts included, by how it ended.",
    .labels = {{operation_label,
                provider_label,
                model_label,
                {.name = "error_type",
                 .values = "none, invalid, unknown_target, unsupported, budget, exhausted, failed, "
                           "timeout, truncated, cancelled"}}},
    .bounds = duration_bounds};

inline constexpr metrics::MetricInfo tokens_metric{
    .name = "gen_ai_client_token_usage",
    .kind = metrics::Kind::histogram,
    .help = "Tokens of a call.",
    .labels = {{operation_label,
                provider_label,
                model_label,
                {.name = "gen_ai_token_type", .values = "input, output"}}},
    .bounds = token_bounds};

inline constexpr metrics::MetricInfo first_token_metric{
    .name = "gen_ai_server_time_to_first_token_seconds",
    .kind = metrics::Kind::histogram,
    .help = "Time from an attempt's begin to its first content.",
    .labels = {{operation_label, provider_label, model_label, instance_label}},
    .bounds = first_token_bounds};

inline constexpr metrics::MetricInfo token_time_metric{
    .name = "gen_ai_server_time_per_output_token_seconds",
    .kind = metrics::Kind::histogram,
    .help = "Time of each token after the first.",
    .labels = {{operation_label, provider_label, model_label, instance_label}},
    .bounds = token_time_bounds};

inline constexpr metrics::MetricInfo attempts_metric{
    .name = "antiphon_gateway_attempts_total",
    .help = "Calls upstream by how they ended.",
    .labels = {{instance_label,
                {.name = "outcome",
                 .values = "done, cut, left, bad_request, context_too_long, auth, quota_exhausted, "
                           "rate_limited, overloaded, transient, too_slow, empty, refused, "
                           "truncated, malformed, unsupported"}}}};

inline constexpr metrics::MetricInfo running_metric{.name = "antiphon_gateway_running_calls",
                                                    .kind = metrics::Kind::gauge,
                                                    .help = "Calls that an instance is working on.",
                                                    .labels = {{instance_label}}};

inline constexpr metrics::MetricInfo waiting_metric{
    .name = "antiphon_gateway_waiting_calls",
    .kind = metrics::Kind::gauge,
    .help = "Calls that wait for a place at an instance.",
    .labels = {{instance_label}}};

inline constexpr metrics::MetricInfo wait_metric{
    .name = "antiphon_gateway_wait_seconds",
    .kind = metrics::Kind::histogram,
    .help = "Time that a call waited for a place at an instance.",
    .labels = {{instance_label}}};

inline constexpr metrics::MetricInfo refused_metric{
    .name = "antiphon_gateway_refused_total",
    .help = "Calls that got no place at an instance.",
    .labels = {{instance_label, {.name = "reason", .values = "full, late, out"}}}};

inline constexpr metrics::MetricInfo breaker_metric{
    .name = "antiphon_gateway_breaker_open",
    .kind = metrics::Kind::gauge,
    .help = "Whether a model of an instance is left alone because it failed.",
    .labels = {{instance_label, model_label}}};

inline constexpr metrics::MetricInfo ejected_metric{
    .name = "antiphon_gateway_ejected",
    .kind = metrics::Kind::gauge,
    .help = "Whether health checks of an instance fail.",
    .labels = {{instance_label}}};

inline constexpr metrics::MetricInfo cold_metric{
    .name = "antiphon_gateway_cold_starts_total",
    .help = "Answers that had to wait until their model was loaded.",
    .labels = {{instance_label}}};

inline constexpr metrics::MetricInfo cache_metric{
    .name = "antiphon_gateway_cache_results_total",
    .help = "Questions by whether an answer was kept or under way.",
    .labels = {{{.name = "result", .values = "off, miss, hit, stale, joined"}}}};

inline constexpr metrics::MetricInfo budget_metric{
    .name = "antiphon_gateway_budget_events_total",
    .help = "Calls that met a limit of money: soft ones were answered by something cheaper.",
    .labels = {{{.name = "limit", .values = "soft, hard"}}}};

inline constexpr metrics::MetricInfo cost_metric{
    .name = "antiphon_gateway_cost_total",
    .help = "What calls cost by the price table, in its currency.",
    .labels = {{instance_label, model_label}}};

inline constexpr metrics::MetricInfo hedges_metric{
    .name = "antiphon_gateway_hedges_total",
    .help = "Second requests for slow first ones, by which answered.",
    .labels = {{{.name = "winner", .values = "first, second, none"}}}};

inline constexpr const metrics::MetricInfo* gateway_metrics[] = {
    &duration_metric, &tokens_metric,  &first_token_metric, &token_time_metric,
    &attempts_metric, &running_metric, &waiting_metric,     &wait_metric,
    &refused_metric,  &breaker_metric, &ejected_metric,     &cold_metric,
    &cache_metric,    &budget_metric,  &cost_metric,        &hedges_metric};

}  // namespace antiphon::gateway
