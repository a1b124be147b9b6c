#pragma once

#include "engine/store/tx.h"

// All SQL of the ledger of blobs.
namespace antiphon::store::blob_sql {

inline constexpr Statement open_use{
    "blob_use.open",
    "INSERT INTO blob_use (tenant_id, bytes, objects) VALUES ($1, 0, 0) ON CONFLICT DO NOTHING"};

// $3 is the usual quota.
inline constexpr Statement charge{
    "blob_use.charge",
    "UPDATE blob_use SET bytes = bytes + $2, objects = objects + 1 WHERE tenant_id = $1 "
    "AND bytes + $2 <= COALESCE(bytes_max, $3)"};

inline constexpr Statement discharge{
    "blob_use.discharge",
    "UPDATE blob_use SET bytes = bytes - $2, objects = objects - 1 WHERE tenant_id = $1"};

inline constexpr Statement select_use{
    "blob_use.of_tenant",
    "SELECT bytes, objects, COALESCE(bytes_max, $2) FROM blob_use WHERE tenant_id = $1"};

inline constexpr Statement set_quota{"blob_use.set_quota",
                                     "UPDATE blob_use SET bytes_max = $2 WHERE tenant_id = $1"};

inline constexpr Statement select_total{
    "blob_use.total",
    "SELECT CAST(COALESCE(SUM(bytes), 0) AS BIGINT), CAST(COALESCE(SUM(objects), 0) AS BIGINT) "
    "FROM blob_use"};

inline constexpr Statement insert_claim{
    "blob_claims.insert",
    "INSERT INTO blob_claims (tenant_id, owner, hash, bytes, is_upload, created_at) "
    "VALUES ($1, $2, $3, $4, $5, {now}) ON CONFLICT DO NOTHING"};

inline constexpr Statement delete_claim{
    "blob_claims.delete",
    "DELETE FROM blob_claims WHERE tenant_id = $1 AND owner = $2 AND hash = $3 RETURNING bytes"};

inline constexpr Statement select_claims{
    "blob_claims.of_owner", "SELECT hash FROM blob_claims WHERE tenant_id = $1 AND owner = $2"};

inline constexpr Statement select_tenants_claim{
    "blob_claims.of_tenant",
    "SELECT bytes FROM blob_claims WHERE tenant_id = $1 AND hash = $2 LIMIT 1"};

inline constexpr Statement select_any_claim{"blob_claims.of_hash",
                                            "SELECT 1 FROM blob_claims WHERE hash = $1 LIMIT 1"};

inline constexpr Statement select_old_uploads{
    "blob_claims.old_uploads",
    "SELECT tenant_id, owner, hash FROM blob_claims WHERE is_upload = 1 "
    "AND created_at < {now} - $1 LIMIT $2"};

inline constexpr Statement insert_garbage{
    "blob_garbage.insert",
    "INSERT INTO blob_garbage (hash, since) VALUES ($1, {now}) ON CONFLICT (hash) DO UPDATE "
    "SET since = excluded.since"};

inline constexpr Statement select_garbage{
    "blob_garbage.old", "SELECT hash FROM blob_garbage WHERE since <= {now} - $1 LIMIT $2"};

inline constexpr Statement delete_garbage{"blob_garbage.delete",
                                          "DELETE FROM blob_garbage WHERE hash = $1"};

inline constexpr std::array all{open_use,         charge,
                                discharge,        select_use,
                                set_quota,        select_total,
                                insert_claim,     delete_claim,
                                select_claims,    select_tenants_claim,
                                select_any_claim, select_old_uploads,
                                insert_garbage,   select_garbage,
                                delete_garbage};

}  // namespace antiphon::store::blob_sql
