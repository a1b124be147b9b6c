#pragma once

#include "engine/metrics/metric.h"

// What this room counts.

namespace antiphon::speech {

// Above 1 a worker falls behind what is said.
inline constexpr double real_time_bounds[] = {0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6,
                                              0.7,  0.8, 0.9, 1,   1.2, 1.5, 2};

inline constexpr std::array<metrics::LabelInfo, metrics::labels_max> rung_label = {
    {{.name = "rung", .values = "full, fast"}}};

inline constexpr metrics::MetricInfo streams_metric{.name = "antiphon_speech_streams",
                                                    .kind = metrics::Kind::gauge,
                                                    .help = "Streams of speech that are heard.",
                                                    .labels = rung_label};
inline constexpr metrics::MetricInfo streams_refused_metric{
    .name = "antiphon_speech_streams_refused_total",
    .help =
        "Streams that were refused: they would cost too much, no place was free, or the "
        "machine does not keep up with those it hears.",
    .labels = {{{.name = "reason", .values = "processors, places, pace"}}}};
inline constexpr metrics::MetricInfo stream_cost_metric{
    .name = "antiphon_speech_stream_cost_processors",
    .kind = metrics::Kind::gauge,
    .help = "Processors that a stream of continuous speech takes, as measured while it runs.",
    .labels = rung_label};
inline constexpr metrics::MetricInfo processors_metric{
    .name = "antiphon_speech_processors",
    .kind = metrics::Kind::gauge,
    .help = "Processors that recognition may take."};
inline constexpr metrics::MetricInfo workers_metric{
    .name = "antiphon_speech_workers",
    .kind = metrics::Kind::gauge,
    .help = "Workers that streams hold: busy with an utterance, or waiting for one.",
    .labels = {{{.name = "state", .values = "busy, idle"}}}};
inline constexpr metrics::MetricInfo worker_starts_metric{
    .name = "antiphon_speech_worker_starts_total",
    .help = "Workers that were started, those in place of a lost one too."};
inline constexpr metrics::MetricInfo program_starts_metric{
    .name = "antiphon_speech_program_starts_total",
    .help = "Starts of antiphon-speech; each after the first is a restart."};
inline constexpr metrics::MetricInfo program_memory_metric{
    .name = "antiphon_speech_program_resident_memory_bytes",
    .kind = metrics::Kind::gauge,
    .help = "Memory of antiphon-speech with its model; workers share most of it."};
inline constexpr metrics::MetricInfo utterances_metric{
    .name = "antiphon_speech_utterances_total",
    .help = "Utterances: with a final result, or lost because a worker ended or gave no answer.",
    .labels = {{{.name = "outcome", .values = "heard, crashed, stalled"}}}};
inline constexpr metrics::MetricInfo real_time_metric{
    .name = "antiphon_speech_real_time_factor",
    .kind = metrics::Kind::histogram,
    .help = "Time for which a worker had an utterance's sound to work on, over its length.",
    .bounds = real_time_bounds};
inline constexpr metrics::MetricInfo unanswered_metric{
    .name = "antiphon_speech_unanswered_seconds",
    .kind = metrics::Kind::gauge,
    .help = "Length of the sound that workers were given and have not answered yet."};

inline constexpr const metrics::MetricInfo* speech_metrics[] = {
    &streams_metric,    &streams_refused_metric, &stream_cost_metric,    &processors_metric,
    &workers_metric,    &worker_starts_metric,   &program_starts_metric, &program_memory_metric,
    &utterances_metric, &real_time_metric,       &unanswered_metric};

}  // namespace antiphon::speech
