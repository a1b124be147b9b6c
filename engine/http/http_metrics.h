#pragma once

#include "engine/metrics/metric.h"

// What this room counts.

namespace antiphon::http {

inline constexpr metrics::MetricInfo connections_metric{.name = "antiphon_http_connections",
                                                        .kind = metrics::Kind::gauge,
                                                        .help = "Open HTTP connections."};
// From an answer at once to a socket that was taken over and stayed for a day.
inline constexpr double connection_bounds[] = {0.01, 0.1, 1, 10, 60, 300, 1'800, 7'200, 86'400};
inline constexpr metrics::MetricInfo connection_time_metric{
    .name = "antiphon_http_connection_seconds",
    .kind = metrics::Kind::histogram,
    .help = "How long connections that ended were open, sockets that were taken over included.",
    .bounds = connection_bounds};
inline constexpr metrics::MetricInfo requests_metric{
    .name = "antiphon_http_requests_total",
    .help = "Requests by the class of their status.",
    .labels = {{{.name = "route",
                 .meaning = "method and path template of a route, or none where there is none"},
                {.name = "status", .values = "1xx, 2xx, 3xx, 4xx, 5xx"}}}};
inline constexpr metrics::MetricInfo received_metric{
    .name = "antiphon_http_received_bytes_total",
    .help = "Bytes of requests, heads included; not of sockets that were taken over."};
inline constexpr metrics::MetricInfo sent_metric{
    .name = "antiphon_http_sent_bytes_total",
    .help =
        "Bytes of answers as they went out, heads included; not of sockets that were taken "
        "over."};
inline constexpr metrics::MetricInfo handshakes_metric{
    .name = "antiphon_http_handshakes_total",
    .help = "TLS handshakes by how they ended.",
    .labels = {{{.name = "result", .values = "done, cut, refused, too_slow, too_many"}}}};
inline constexpr metrics::MetricInfo request_time_metric{
    .name = "antiphon_http_request_seconds",
    .kind = metrics::Kind::histogram,
    .help = "Time from a request's head to the end of its answer.",
    .labels = {{{.name = "route", .meaning = "method and path template of a route"}}}};

inline constexpr metrics::LabelInfo client_label{
    .name = "client",
    .meaning = "whose requests they are: otlp for the export of traces, speech for speech servers"};
inline constexpr std::string_view client_when = "something is asked of other servers";

inline constexpr metrics::MetricInfo client_in_use_metric{
    .name = "antiphon_client_connections_in_use",
    .kind = metrics::Kind::gauge,
    .help = "Connections that serve a request.",
    .labels = {client_label},
    .when = client_when};
inline constexpr metrics::MetricInfo client_idle_metric{.name = "antiphon_client_connections_idle",
                                                        .kind = metrics::Kind::gauge,
                                                        .help = "Connections kept for the next.",
                                                        .labels = {client_label},
                                                        .when = client_when};
inline constexpr metrics::MetricInfo client_waiting_metric{
    .name = "antiphon_client_waiting",
    .kind = metrics::Kind::gauge,
    .help = "Requests that wait for a connection.",
    .labels = {client_label},
    .when = client_when};
inline constexpr metrics::MetricInfo client_opened_metric{
    .name = "antiphon_client_connections_opened_total",
    .help = "Connections made.",
    .labels = {client_label},
    .when = client_when};
inline constexpr metrics::MetricInfo client_timeouts_metric{
    .name = "antiphon_client_wait_timeouts_total",
    .help = "Requests that no connection became free for.",
    .labels = {client_label},
    .when = client_when};
inline constexpr metrics::MetricInfo client_wait_metric{.name = "antiphon_client_wait_seconds",
                                                        .kind = metrics::Kind::histogram,
                                                        .help = "Waits for a connection.",
                                                        .labels = {client_label},
                                                        .when = client_when};

inline constexpr const metrics::MetricInfo* http_metrics[] = {
    &connections_metric, &connection_time_metric, &requests_metric,      &received_metric,
    &sent_metric,        &handshakes_metric,      &request_time_metric,  &client_in_use_metric,
    &client_idle_metric, &client_waiting_metric,  &client_opened_metric, &client_timeouts_metric,
    &client_wait_metric};

}  // namespace antiphon::http
