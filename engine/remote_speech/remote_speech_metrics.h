#pragma once

#include "engine/metrics/metric.h"

// What this room counts.

namespace antiphon::remote_speech {

inline constexpr std::string_view server_when = "a speech server is set up";
inline constexpr metrics::LabelInfo server_label{.name = "server",
                                                 .meaning = "a speech server, by its set name"};

inline constexpr metrics::MetricInfo requests_metric{
    .name = "antiphon_remote_speech_requests_total",
    .help = "Requests to speech servers, by how they ended; left: nobody waited any more.",
    .labels = {{server_label,
                {.name = "outcome",
                 .values = "done, silent, left, out, full, unreachable, busy, too_slow, broken, "
                           "malformed, empty, refused"}}},
    .when = server_when};
inline constexpr metrics::MetricInfo request_time_metric{
    .name = "antiphon_remote_speech_request_seconds",
    .kind = metrics::Kind::histogram,
    .help = "Time of requests to speech servers that were done, without the wait for a turn.",
    .labels = {server_label},
    .when = server_when};
inline constexpr metrics::MetricInfo waiting_metric{
    .name = "antiphon_remote_speech_waiting",
    .kind = metrics::Kind::gauge,
    .help = "Requests that wait for their turn at a speech server.",
    .labels = {server_label},
    .when = server_when};
inline constexpr metrics::MetricInfo under_way_metric{
    .name = "antiphon_remote_speech_requests_under_way",
    .kind = metrics::Kind::gauge,
    .help = "Requests that a speech server works on.",
    .labels = {server_label},
    .when = server_when};
inline constexpr metrics::MetricInfo out_metric{
    .name = "antiphon_remote_speech_out",
    .kind = metrics::Kind::gauge,
    .help = "1 while a speech server is left alone because it failed or asked for it.",
    .labels = {server_label},
    .when = server_when};
inline constexpr metrics::MetricInfo utterances_metric{
    .name = "antiphon_remote_speech_utterances_total",
    .help =
        "Utterances that were given to speech servers: heard by the first that was asked, by "
        "another one, or lost.",
    .labels = {{{.name = "outcome", .values = "heard, heard_by_another, lost"}}},
    .when = server_when};

inline constexpr const metrics::MetricInfo* remote_speech_metrics[] = {
    &requests_metric,  &request_time_metric, &waiting_metric,
    &under_way_metric, &out_metric,          &utterances_metric};

}  // namespace antiphon::remote_speech
