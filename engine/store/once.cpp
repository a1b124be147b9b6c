#include "engine/store/once.h"

#include "engine/base/error.h"

namespace antiphon::store {
namespace {

// A row that is too old is as good as none.
constexpr Statement insert_once{
    "once.insert",
    "INSERT INTO idempotency_keys AS kept (tenant_id, principal_id, route, idempotency_key,"
    " fingerprint, status, content_type, location, body, created_at)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
    " ON CONFLICT (tenant_id, principal_id, route, idempotency_key) DO UPDATE SET"
    " fingerprint = excluded.fingerprint, status = excluded.status,"
    " content_type = excluded.content_type, location = excluded.location,"
    " body = excluded.body, created_at = excluded.created_at"
    " WHERE kept.created_at <= $11"};

constexpr Statement complete{
    "once.complete",
    "UPDATE idempotency_keys SET status = $5, content_type = $6, location = $7, body = $8"
    " WHERE tenant_id = $1 AND principal_id = $2 AND route = $3 AND idempotency_key = $4"};

constexpr Statement find{
    "once.find",
    "SELECT fingerprint, status, content_type, location, body FROM idempotency_keys"
    " WHERE tenant_id = $1 AND principal_id = $2 AND route = $3 AND idempotency_key = $4"
    " AND created_at > $5"};

constexpr Statement forget{
    "once.forget",
    "DELETE FROM idempotency_keys WHERE tenant_id = $1 AND (principal_id, route, idempotency_key)"
    " IN (SELECT principal_id, route, idempotency_key FROM idempotency_keys"
    " WHERE tenant_id = $1 AND created_at <= $2 ORDER BY created_at LIMIT $3)"};

constexpr std::array statements{insert_once, complete, find, forget};

}  // namespace

std::span<const Statement> once_statements() { return statements; }

void store_once(Tx& tx, const Once& once, Timestamp at) {
  ENSURE(!once.fingerprint.empty(), "a handler reads its body to the end before it writes");
  KeptAnswer answer = once.answer.value_or(KeptAnswer{});
  Value status = once.answer ? Value(answer.status) : Value();
  bool is_new = tx.insert_if_new(insert_once, once.tenant, once.principal, once.route, once.key,
                                 once.fingerprint, status, answer.content_type, answer.location,
                                 Bytes{answer.body}, at, at - once_kept);
  if (is_new) return;
  throw Error(Code::conflict, "A request with this Idempotency-Key took effect just now.")
      .retry_after(1);
}

void complete_once(Tx& tx, const Once& once) {
  ENSURE(once.answer, "there is an answer to be kept");
  tx.execute(complete, once.tenant, once.principal, once.route, once.key, once.answer->status,
             once.answer->content_type, once.answer->location, Bytes{once.answer->body});
}

std::optional<Once> find_once(Tx& tx, const Once& once, Timestamp at) {
  Rows rows = tx.query(find, once.tenant, once.principal, once.route, once.key, at - once_kept);
  if (rows.empty()) return std::nullopt;
  Row row = rows[0];
  Once found = once;
  found.fingerprint = row.text(0);
  found.is_stored = true;
  if (!row.is_null(1)) {
    found.answer =
        KeptAnswer{static_cast<int>(row.integer(1)), row.text(2), row.text(3), row.bytes(4)};
  }
  return found;
}

std::int64_t forget_once(Tx& tx, const std::string& tenant, Timestamp at) {
  return tx.execute(forget, tenant, at - once_kept, once_forgotten_max);
}

}  // namespace antiphon::store
