#pragma once

#include "engine/metrics/metric.h"

// What this room counts.

namespace antiphon::live {

// From a page that is left at once to a day's broadcast.
inline constexpr double connection_bounds[] = {0.1, 1, 10, 60, 300, 1'800, 7'200, 86'400};

inline constexpr metrics::LabelInfo kind_label{.name = "kind",
                                               .values = "websocket, socketio, sse, poll"};
inline constexpr metrics::LabelInfo lane_label{.name = "lane",
                                               .values = "control, final, answer, partial, meter"};

inline constexpr metrics::MetricInfo sessions_metric{.name = "antiphon_live_sessions",
                                                     .kind = metrics::Kind::gauge,
                                                     .help = "Live sessions that are open."};
inline constexpr metrics::MetricInfo sessions_begun_metric{
    .name = "antiphon_live_sessions_begun_total",
    .help = "Sessions that a client opened, or that went on after a restart.",
    .labels = {{{.name = "how", .values = "opened, restored"}}}};
inline constexpr metrics::MetricInfo sessions_ended_metric{
    .name = "antiphon_live_sessions_ended_total", .help = "Sessions that ended."};
inline constexpr metrics::MetricInfo live_connections_metric{
    .name = "antiphon_live_connections",
    .kind = metrics::Kind::gauge,
    .help = "Clients that are attached to a session.",
    .labels = {kind_label}};
inline constexpr metrics::MetricInfo connection_time_metric{
    .name = "antiphon_live_connection_seconds",
    .kind = metrics::Kind::histogram,
    .help = "How long clients that left had been attached.",
    .labels = {kind_label},
    .bounds = connection_bounds};
inline constexpr metrics::MetricInfo attaches_metric{
    .name = "antiphon_live_attaches_total",
    .help =
        "Clients that attached: resumed without a gap; too late for that, with a snapshot; for "
        "the first time.",
    .labels = {{{.name = "outcome", .values = "resumed, snapshot, fresh"}}}};
inline constexpr metrics::MetricInfo refusals_metric{
    .name = "antiphon_live_refusals_total",
    .help = "Sessions, connections and messages that were refused, by the limit that was reached.",
    .labels = {{{.name = "reason",
                 .values = "stopping, log, sessions_core, sessions_tenant, connections_tenant, "
                           "connections_principal, messages"}}}};
inline constexpr metrics::MetricInfo closes_metric{
    .name = "antiphon_live_closes_total",
    .help = "WebSockets that closed, by close code.",
    .labels = {{{.name = "code", .meaning = "a code of docs/live-protocol.md, or other"}}}};
inline constexpr metrics::MetricInfo events_metric{.name = "antiphon_live_events_total",
                                                   .help = "Events that sessions emitted.",
                                                   .labels = {lane_label}};
inline constexpr metrics::MetricInfo drops_metric{
    .name = "antiphon_live_drops_total",
    .help = "Frames that gave way to newer ones before a reader could take them.",
    .labels = {{{.name = "lane", .values = "partial, meter"}}}};
inline constexpr metrics::MetricInfo messages_metric{
    .name = "antiphon_live_messages_total", .help = "Messages of clients that sessions took in."};
inline constexpr metrics::MetricInfo sound_metric{.name = "antiphon_live_sound_seconds_total",
                                                  .help = "Length of the sound that came in."};
inline constexpr metrics::MetricInfo sound_lost_metric{
    .name = "antiphon_live_sound_lost_seconds_total",
    .help = "Length of the sound that was lost on its way, or dropped because too much waited.",
    .labels = {{{.name = "reason", .values = "missing, overflow"}}}};
inline constexpr metrics::MetricInfo log_bytes_metric{.name = "antiphon_live_log_bytes_total",
                                                      .help = "Bytes written to the event log."};
inline constexpr metrics::MetricInfo log_unsynced_metric{
    .name = "antiphon_live_log_unsynced_bytes",
    .kind = metrics::Kind::gauge,
    .help = "Bytes of the event log that are written, but not yet brought to the disk."};
inline constexpr metrics::MetricInfo log_syncs_metric{
    .name = "antiphon_live_log_syncs_total",
    .help = "Attempts to bring the event log to the disk.",
    .labels = {{{.name = "outcome", .values = "done, failed"}}}};
inline constexpr metrics::MetricInfo log_sync_time_metric{
    .name = "antiphon_live_log_sync_seconds",
    .kind = metrics::Kind::histogram,
    .help = "Time to bring the event log to the disk."};

inline constexpr const metrics::MetricInfo* live_metrics[] = {
    &sessions_metric,        &sessions_begun_metric,
    &sessions_ended_metric,  &live_connections_metric,
    &connection_time_metric, &attaches_metric,
    &refusals_metric,        &closes_metric,
    &events_metric,          &drops_metric,
    &messages_metric,        &sound_metric,
    &sound_lost_metric,      &log_bytes_metric,
    &log_unsynced_metric,    &log_syncs_metric,
    &log_sync_time_metric};

}  // namespace antiphon::live
