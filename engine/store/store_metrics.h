#pragma once

#include "engine/metrics/metric.h"

// What this room counts.

namespace antiphon::store {

// A statement by its key takes microseconds, one that reads a table seconds.
inline constexpr double statement_bounds[] = {0.00001, 0.00003, 0.0001, 0.0003, 0.001, 0.003,
                                              0.01,    0.03,    0.1,    0.3,    1,     10};
inline constexpr double group_bounds[] = {1, 2, 4, 8, 16, 32, 64, 128, 256};
// From a row that is deleted to a film that is taken in.
inline constexpr double job_bounds[] = {0.001, 0.01, 0.1, 1, 10, 60, 300, 900};

inline constexpr metrics::MetricInfo sql_wait_metric{
    .name = "antiphon_sql_wait_seconds",
    .kind = metrics::Kind::histogram,
    .help = "Time a transaction waits for its turn.",
    .labels = {{{.name = "kind", .values = "read, write"}}}};
inline constexpr metrics::MetricInfo sql_statement_metric{
    .name = "antiphon_sql_statement_seconds",
    .kind = metrics::Kind::histogram,
    .help = "Time of a statement, by its name.",
    .labels = {{{.name = "statement", .meaning = "name of an SQL statement"}}},
    .bounds = statement_bounds};
inline constexpr metrics::MetricInfo sql_commits_metric{.name = "antiphon_sql_commits_total",
                                                        .help = "Transactions made durable."};
inline constexpr metrics::MetricInfo sql_group_metric{.name = "antiphon_sql_group_size",
                                                      .kind = metrics::Kind::histogram,
                                                      .help = "Writes in one durable commit.",
                                                      .bounds = group_bounds};
inline constexpr metrics::MetricInfo sql_commit_failures_metric{
    .name = "antiphon_sql_commit_failures_total",
    .help = "Commits of which nobody knows whether they were stored."};
inline constexpr metrics::MetricInfo sql_retries_metric{
    .name = "antiphon_sql_retries_total",
    .help = "Transactions run again, none of which was stored.",
    .labels = {{{.name = "reason", .values = "collision, disconnect"}}}};
inline constexpr metrics::MetricInfo sql_connects_metric{
    .name = "antiphon_sql_connects_total",
    .help = "Attempts to connect to the database.",
    .labels = {{{.name = "outcome", .values = "made, failed"}}}};
inline constexpr metrics::MetricInfo sql_exhausted_metric{
    .name = "antiphon_sql_exhausted_total",
    .help = "Transactions refused because no connection came free."};
inline constexpr metrics::MetricInfo sql_connections_metric{
    .name = "antiphon_sql_connections", .kind = metrics::Kind::gauge, .help = "Open connections."};
inline constexpr metrics::MetricInfo sql_busy_metric{.name = "antiphon_sql_connections_busy",
                                                     .kind = metrics::Kind::gauge,
                                                     .help = "Connections with a transaction."};
inline constexpr metrics::MetricInfo sql_database_metric{.name = "antiphon_sql_database_bytes",
                                                         .kind = metrics::Kind::gauge,
                                                         .help = "Size of the database."};

inline constexpr metrics::MetricInfo jobs_metric{
    .name = "antiphon_jobs",
    .kind = metrics::Kind::gauge,
    .help = "Jobs in the table, by state.",
    .labels = {{{.name = "state", .values = "waiting, running, done, dead, cancelled"}}}};
inline constexpr metrics::LabelInfo job_label{.name = "kind", .meaning = "kind of a job"};
inline constexpr metrics::MetricInfo job_time_metric{.name = "antiphon_job_seconds",
                                                     .kind = metrics::Kind::histogram,
                                                     .help = "Time of one attempt at a job.",
                                                     .labels = {job_label},
                                                     .bounds = job_bounds};
inline constexpr metrics::MetricInfo job_retries_metric{
    .name = "antiphon_job_retries_total",
    .help = "Attempts at jobs that failed and are repeated.",
    .labels = {job_label}};
inline constexpr metrics::MetricInfo jobs_dead_metric{.name = "antiphon_jobs_dead_total",
                                                      .help = "Jobs given up, their reason kept.",
                                                      .labels = {job_label}};

inline constexpr metrics::MetricInfo cache_requests_metric{
    .name = "antiphon_cache_requests_total",
    .help = "Look-ups in the cache in memory, by what came of them.",
    .labels = {{{.name = "outcome", .values = "hit, miss"}}}};
inline constexpr metrics::MetricInfo cache_evictions_metric{
    .name = "antiphon_cache_evictions_total",
    .help = "Values that gave way to newer ones before their time."};
inline constexpr metrics::MetricInfo cache_size_metric{.name = "antiphon_cache_bytes",
                                                       .kind = metrics::Kind::gauge,
                                                       .help = "Keys and values in the cache."};

inline constexpr std::string_view when_answers_are_kept =
    "answers of models are kept in the database";
inline constexpr metrics::MetricInfo sql_cache_metric{
    .name = "antiphon_sql_cache_requests_total",
    .help = "Look-ups in the cache in the database, which follow misses in memory.",
    .labels = {{{.name = "outcome", .values = "hit, miss, failed"}}},
    .when = when_answers_are_kept};
inline constexpr metrics::MetricInfo sql_cache_puts_metric{
    .name = "antiphon_sql_cache_puts_total",
    .help = "Values for it, by whether they were written.",
    .labels = {{{.name = "outcome", .values = "written, dropped"}}},
    .when = when_answers_are_kept};
inline constexpr metrics::MetricInfo sql_cache_removals_metric{
    .name = "antiphon_sql_cache_removals_total",
    .help = "Values that went, by why.",
    .labels = {{{.name = "reason", .values = "ended, too_much"}}},
    .when = when_answers_are_kept};
inline constexpr metrics::MetricInfo sql_cache_rows_metric{
    .name = "antiphon_sql_cache_rows",
    .kind = metrics::Kind::gauge,
    .help = "Values in it, counted each minute.",
    .when = when_answers_are_kept};
inline constexpr metrics::MetricInfo sql_cache_bytes_metric{.name = "antiphon_sql_cache_bytes",
                                                            .kind = metrics::Kind::gauge,
                                                            .help = "Their keys and values.",
                                                            .when = when_answers_are_kept};

inline constexpr metrics::MetricInfo blob_bytes_metric{
    .name = "antiphon_blob_bytes",
    .kind = metrics::Kind::gauge,
    .help = "Bytes of contents, counted for each tenant."};
inline constexpr metrics::MetricInfo blob_objects_metric{
    .name = "antiphon_blob_objects",
    .kind = metrics::Kind::gauge,
    .help = "Contents, counted for each tenant."};
inline constexpr metrics::MetricInfo blob_refusals_metric{
    .name = "antiphon_blob_quota_refusals_total",
    .help = "Contents refused because a quota was used up."};
inline constexpr metrics::MetricInfo blobs_swept_metric{
    .name = "antiphon_blobs_swept_total",
    .help = "Files taken away because nobody used them any more."};

inline constexpr const metrics::MetricInfo* store_metrics[] = {
    &sql_wait_metric,       &sql_statement_metric,       &sql_commits_metric,
    &sql_group_metric,      &sql_commit_failures_metric, &sql_retries_metric,
    &sql_connects_metric,   &sql_exhausted_metric,       &sql_connections_metric,
    &sql_busy_metric,       &sql_database_metric,        &jobs_metric,
    &job_time_metric,       &job_retries_metric,         &jobs_dead_metric,
    &cache_requests_metric, &cache_evictions_metric,     &cache_size_metric,
    &sql_cache_metric,      &sql_cache_puts_metric,      &sql_cache_removals_metric,
    &sql_cache_rows_metric, &sql_cache_bytes_metric,     &blob_bytes_metric,
    &blob_objects_metric,   &blob_refusals_metric,       &blobs_swept_metric};

}  // namespace antiphon::store
