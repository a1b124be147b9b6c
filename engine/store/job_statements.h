#pragma once

#include "engine/store/tx.h"

// All SQL of jobs. Times are the database's, so that processes agree on them.
namespace antiphon::store::job_sql {

#define JOB_COLUMNS                                                                   \
  "tenant_id, id, kind, payload, state, priority, attempts, attempts_max, progress, " \
  "last_error, run_at, created_at, finished_at, result, traceparent"

inline constexpr Statement insert{
    "jobs.insert",
    "INSERT INTO jobs (tenant_id, id, kind, payload, priority, run_at, attempts_max, unique_key, "
    "traceparent, state, attempts, progress, last_error, created_at) "
    "VALUES ($1, $2, $3, $4, $5, {now} + $6, $7, $8, $9, 'waiting', 0, 0, '', {now}) "
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
                   "AND kind = COALESCE($3, kind) "
                   "AND (created_at, id) < ($4, $5) ORDER BY created_at DESC, id DESC LIMIT $6"};

inline constexpr Statement cancel{
    "jobs.cancel",
    "UPDATE jobs SET state = 'cancelled', finished_at = {now}, lease_owner = NULL, "
    "lease_until = NULL WHERE tenant_id = $1 AND id = $2 AND state IN ('waiting', 'running')"};

// A twin with the same unique key may have begun since: then this one stays as it is.
inline constexpr Statement retry{
    "jobs.retry",
    "UPDATE jobs SET state = 'waiting', run_at = {now}, attempts = 0, progress = 0, "
    "last_error = '', finished_at = NULL "
    "WHERE tenant_id = $1 AND id = $2 AND state IN ('dead', 'cancelled') "
    "AND NOT EXISTS (SELECT 1 FROM jobs twin WHERE twin.tenant_id = $1 AND twin.kind = jobs.kind "
    "AND twin.unique_key = jobs.unique_key AND twin.state IN ('waiting', 'running'))"};

// A job that takes its process down with it must not do so for ever.
inline constexpr Statement bury{
    "jobs.bury",
    "UPDATE jobs SET state = 'dead', finished_at = {now}, last_error = $1, lease_owner = NULL, "
    "lease_until = NULL "
    "WHERE state = 'running' AND lease_until < {now} AND attempts >= attempts_max RETURNING kind"};

// Ready is what waits and is due, and what a runner left without keeping its lease.
// $1 is ",kind,kind,".
#define JOB_IS_READY                                                                          \
  "state IN ('waiting', 'running') "                                                          \
  "AND (state = 'waiting' AND run_at <= {now} OR state = 'running' AND lease_until < {now}) " \
  "AND REPLACE(CAST($1 AS TEXT), ',' || kind || ',', '') <> $1 "

// The tenants with something ready, in the order in which it is their turn: highest priority, then
// who has least running, then who waits longest. Steps through the tenants by the index, so that a
// tenant's thousand waiting jobs cost the others nothing.
inline constexpr Statement turns{
    "jobs.turns",
    "WITH RECURSIVE open_tenants (tenant_id) AS ("
    "SELECT MIN(tenant_id) FROM jobs WHERE state IN ('waiting', 'running') UNION ALL "
    "SELECT (SELECT MIN(jobs.tenant_id) FROM jobs "
    "WHERE jobs.tenant_id > open_tenants.tenant_id AND state IN ('waiting', 'running')) "
    "FROM open_tenants WHERE open_tenants.tenant_id IS NOT NULL), "
    "turns AS (SELECT tenant_id, (SELECT id FROM jobs "
    "WHERE jobs.tenant_id = open_tenants.tenant_id AND " JOB_IS_READY
    "ORDER BY priority DESC, run_at LIMIT 1) AS id, "
    "(SELECT COUNT(*) FROM jobs WHERE jobs.tenant_id = open_tenants.tenant_id "
    "AND state = 'running' AND lease_until >= {now}) AS busy "
    "FROM open_tenants WHERE tenant_id IS NOT NULL) "
    "SELECT jobs.tenant_id FROM turns JOIN jobs "
    "ON jobs.tenant_id = turns.tenant_id AND jobs.id = turns.id "
    "ORDER BY jobs.priority DESC, turns.busy, jobs.run_at LIMIT $2"};

// The sub-select stands in front so that it runs once: a join may repeat it and lock more rows
// than LIMIT says.
inline constexpr Statement take{
    "jobs.take",
    "WITH ready AS MATERIALIZED (SELECT tenant_id, id FROM jobs "
    "WHERE tenant_id = $4 AND " JOB_IS_READY
    "ORDER BY priority DESC, run_at LIMIT 1 {skip_locked}) "
    "UPDATE jobs SET state = 'running', attempts = attempts + 1, progress = 0, "
    "lease_owner = $2, lease_until = {now} + $3 "
    "WHERE (tenant_id, id) IN (SELECT tenant_id, id FROM ready) RETURNING " JOB_COLUMNS};

inline constexpr Statement count_running{
    "jobs.count_running",
    "SELECT kind, COUNT(*) FROM jobs WHERE state = 'running' AND lease_until >= {now} "
    "GROUP BY kind"};

inline constexpr Statement count_states{
    "jobs.count_states",
    "SELECT state, COUNT(*) FROM jobs WHERE state IN ('waiting', 'running') GROUP BY state "
    "UNION ALL SELECT state, COUNT(*) FROM jobs WHERE state IN ('done', 'dead', 'cancelled') "
    "GROUP BY state"};

inline constexpr Statement keep{"jobs.keep",
                                "UPDATE jobs SET lease_until = {now} + $4, progress = $5 "
                                "WHERE tenant_id = $1 AND id = $2 AND lease_owner = $3"};

inline constexpr Statement finish{
    "jobs.finish",
    "UPDATE jobs SET state = 'done', progress = 1, last_error = '', finished_at = {now}, "
    "result = $4, lease_owner = NULL, lease_until = NULL "
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

// $1 and $2: how long done and cancelled, and dead ones are kept.
inline constexpr Statement forget{
    "jobs.forget",
    "DELETE FROM jobs WHERE (tenant_id, id) IN (SELECT tenant_id, id FROM jobs "
    "WHERE state IN ('done', 'cancelled') AND finished_at < {now} - $1 "
    "OR state = 'dead' AND finished_at < {now} - $2 LIMIT $3)"};

inline constexpr Statement put_schedule{
    "job_schedules.put",
    "INSERT INTO job_schedules (tenant_id, name, kind, payload, rule, next_at) "
    "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (tenant_id, name) DO UPDATE SET "
    "kind = excluded.kind, payload = excluded.payload, rule = excluded.rule, "
    "next_at = CASE WHEN job_schedules.rule = excluded.rule THEN job_schedules.next_at "
    "ELSE excluded.next_at END"};

inline constexpr Statement remove_schedule{
    "job_schedules.remove", "DELETE FROM job_schedules WHERE tenant_id = $1 AND name = $2"};

inline constexpr Statement due_schedules{
    "job_schedules.due",
    "SELECT tenant_id, name, kind, payload, rule FROM job_schedules WHERE next_at <= {now} "
    "ORDER BY next_at LIMIT $1 {skip_locked}"};

inline constexpr Statement move_schedule{
    "job_schedules.move",
    "UPDATE job_schedules SET next_at = $3 WHERE tenant_id = $1 AND name = $2"};

#undef JOB_IS_READY
#undef JOB_COLUMNS

inline constexpr std::array all{
    insert, select_unique, select_one,      select_newest, cancel,       retry, bury, turns,
    take,   count_running, count_states,    keep,          finish,       fail,  die,  give_back,
    forget, put_schedule,  remove_schedule, due_schedules, move_schedule};

}  // namespace antiphon::store::job_sql
