#pragma once

#include "engine/store/tx.h"

// All SQL of jobs. Times are the database's, so that processes agree on them.
namespace antiphon::store::job_sql {

#define JOB_COLUMNS                                                                   \
  "tenant_id, id, kind, payload, state, priority, attempts, attempts_max, progress, " \
  "last_error, run_at, created_at, finished_at"

inline constexpr Statement insert{
    "jobs.insert",
    "INSERT INTO jobs (tenant_id, id, kind, payload, priority, run_at, attempts_max, unique_key, "
    "state, attempts, progress, last_error, created_at) "
    "VALUES ($1, $2, $3, $4, $5, {now} + $6, $7, $8, 'waiting', 0, 0, '', {now}) "
    "ON CONFLICT DO NOTHING"};

inline constexpr Statement select_unique{
    "jobs.by_unique_key",
    "SELECT id FROM jobs WHERE tenant_id = $1 AND kind = $2 AND unique_key = $3 "
    "AND state IN ('waiting', 'running')"};

inline constexpr Statement select_one{
    "jobs.by_id", "SELECT " JOB_COLUMNS " FROM jobs WHERE tenant_id = $1 AND id = $2"};

inline constexpr Statement select_newest{
    "jobs.newest", "SELECT " JOB_COLUMNS
                   " FROM jobs WHERE tenant_id = $1 AND state = COALESCE($2, state) "
                   "AND kind = COALESCE($3, kind) ORDER BY created_at DESC, id LIMIT $4"};

inline constexpr Statement cancel{
    "jobs.cancel",
    "UPDATE jobs SET state = 'cancelled', finished_at = {now}, lease_owner = NULL, "
    "lease_until = NULL WHERE tenant_id = $1 AND id = $2 AND state IN ('waiting', 'running')"};

// A twin with the same unique key may have begun since: then this one stays as it is.
inline constexpr Statement retry{
    "jobs.retry",
    "UPDATE jobs SET state = 'waiting', run_at = {now}, attempts = 0, progress = 0, "
    "finished_at = NULL WHERE tenant_id = $1 AND id = $2 AND state IN ('dead', 'cancelled') "
    "AND NOT EXISTS (SELECT 1 FROM jobs twin WHERE twin.tenant_id = $1 AND twin.kind = jobs.kind "
    "AND twin.unique_key = jobs.unique_key AND twin.state IN ('waiting', 'running'))"};

// A job that takes its process down with it must not do so for ever.
inline constexpr Statement bury{
    "jobs.bury",
    "UPDATE jobs SET state = 'dead', finished_at = {now}, last_error = $1, lease_owner = NULL, "
    "lease_until = NULL "
    "WHERE state = 'running' AND lease_until < {now} AND attempts >= attempts_max"};

// $3 is ",kind,kind,". The sub-select stands in front so that it runs once: a join may repeat it
// and lock more rows than LIMIT says.
inline constexpr Statement take{
    "jobs.take",
    "WITH ready AS MATERIALIZED (SELECT tenant_id, id FROM jobs "
    "WHERE state IN ('waiting', 'running') "
    "AND (state = 'waiting' AND run_at <= {now} OR state = 'running' AND lease_until < {now}) "
    "AND REPLACE(CAST($3 AS TEXT), ',' || kind || ',', '') <> $3 "
    "ORDER BY priority DESC, run_at LIMIT $4 {skip_locked}) "
    "UPDATE jobs SET state = 'running', attempts = attempts + 1, progress = 0, "
    "lease_owner = $1, lease_until = {now} + $2 "
    "WHERE (tenant_id, id) IN (SELECT tenant_id, id FROM ready) RETURNING " JOB_COLUMNS};

inline constexpr Statement keep{"jobs.keep",
                                "UPDATE jobs SET lease_until = {now} + $4, progress = $5 "
                                "WHERE tenant_id = $1 AND id = $2 AND lease_owner = $3"};

inline constexpr Statement finish{
    "jobs.finish",
    "UPDATE jobs SET state = 'done', progress = 1, last_error = '', finished_at = {now}, "
    "lease_owner = NULL, lease_until = NULL "
    "WHERE tenant_id = $1 AND id = $2 AND lease_owner = $3"};

inline constexpr Statement fail{
    "jobs.fail",
    "UPDATE jobs SET state = 'waiting', run_at = {now} + $4, last_error = $5, "
    "lease_owner = NULL, lease_until = NULL "
    "WHERE tenant_id = $1 AND id = $2 AND lease_owner = $3"};

inline constexpr Statement die{
    "jobs.die",
    "UPDATE jobs SET state = 'dead', finished_at = {now}, last_error = $4, "
    "lease_owner = NULL, lease_until = NULL "
    "WHERE tenant_id = $1 AND id = $2 AND lease_owner = $3"};

inline constexpr Statement give_back{
    "jobs.give_back",
    "UPDATE jobs SET state = 'waiting', run_at = {now}, attempts = attempts - 1, "
    "lease_owner = NULL, lease_until = NULL "
    "WHERE tenant_id = $1 AND id = $2 AND lease_owner = $3"};

#undef JOB_COLUMNS

inline constexpr std::array all{insert, select_unique, select_one, select_newest, cancel,
                                retry,  bury,          take,       keep,          finish,
                                fail,   die,           give_back};

}  // namespace antiphon::store::job_sql
