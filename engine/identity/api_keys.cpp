// Keys of machines: rows of tokens with a name, which hold until they are revoked.

#include "engine/base/encoding.h"
#include "engine/base/ids.h"
#include "engine/identity/identity.h"
#include "engine/identity/limits.h"
#include "engine/schema/json.h"

namespace antiphon::identity {
namespace {

constexpr store::Statement insert_key{
    "tokens.insert_key",
    "INSERT INTO tokens (hash, tenant_id, principal_id, kind, permissions, created_at, "
    "expires_at, name, budget_micros) VALUES ($1, $2, $3, 'machine', $4, $5, $6, $7, $8)"};
constexpr store::Statement list_keys{
    "tokens.list_keys",
    "SELECT principal_id, name, permissions, budget_micros, created_at, expires_at FROM tokens "
    "WHERE tenant_id = $1 AND kind = 'machine' AND expires_at > $2 "
    "ORDER BY created_at, principal_id"};
constexpr store::Statement count_keys{
    "tokens.count_keys",
    "SELECT COUNT(*) FROM tokens WHERE tenant_id = $1 AND kind = 'machine' AND expires_at > $2"};
constexpr store::Statement delete_key{
    "tokens.delete_key",
    "DELETE FROM tokens WHERE tenant_id = $1 AND principal_id = $2 AND kind = 'machine' "
    "RETURNING hash"};

constexpr store::Statement every_key_statement[] = {insert_key, list_keys, count_keys, delete_key};

// Of a key that does not expire: as late as RFC 3339 can say.
constexpr Timestamp never{std::chrono::sys_days{std::chrono::year{9999} / 12 / 31}};

ApiKey key_of(const store::Row& row) {
  ApiKey key{.id = row.text(0),
             .name = row.text(1),
             .permissions = schema::parse<std::vector<std::string>>(row.text(2)),
             .budget_micros = row.integer(3),
             .created_at = row.time(4)};
  if (row.time(5) != never) key.expires_at = row.time(5);
  return key;
}

std::optional<Sha256> digest_of(std::string_view hex) {
  auto bytes = parse_hex(hex);
  Sha256 digest;
  if (!bytes || bytes->size() != digest.size()) return std::nullopt;
  std::memcpy(digest.data(), bytes->data(), digest.size());
  return digest;
}

}  // namespace

std::span<const store::Statement> Identity::key_statements() { return every_key_statement; }

Task<IssuedApiKey> Identity::create_key(std::string tenant, NewApiKey wanted, Due due) {
  Timestamp now = parts_.clock.now();
  IssuedApiKey issued{.secret = std::string(key_prefix) + make_secret(parts_.random),
                      .key = {.id = make_id("key", parts_.random),
                              .name = std::move(wanted.name),
                              .permissions = std::move(wanted.permissions),
                              .budget_micros = wanted.budget_micros,
                              .created_at = now}};
  if (wanted.lifetime) issued.key.expires_at = now + *wanted.lifetime;
  co_await parts_.database.write(due, [issued, tenant, now](store::Tx& tx) {
    const ApiKey& key = issued.key;
    if (tx.query(count_keys, tenant, now)[0].integer(0) >= static_cast<std::int64_t>(keys_max)) {
      throw Error(Code::conflict, fmt::format("There are {} keys already; revoke some.", keys_max));
    }
    tx.execute(insert_key, sha256_hex(issued.secret), tenant, key.id,
               schema::to_json(key.permissions), now, key.expires_at.value_or(never), key.name,
               key.budget_micros);
  });
  co_return issued;
}

Task<std::vector<ApiKey>> Identity::keys(std::string tenant, Due due) {
  return parts_.database.read(due, [tenant, now = parts_.clock.now()](store::Tx& tx) {
    std::vector<ApiKey> keys;
    for (const store::Row& row : tx.query(list_keys, tenant, now)) keys.push_back(key_of(row));
    return keys;
  });
}

Task<> Identity::revoke_key(std::string tenant, std::string id, Due due) {
  std::string hash = co_await parts_.database.write(due, [tenant, id](store::Tx& tx) {
    store::Rows rows = tx.query(delete_key, tenant, id);
    if (rows.empty()) throw Error(Code::not_found, "There is no such key.");
    return rows[0].text(0);
  });
  if (auto digest = digest_of(hash)) tokens_.forget(*digest);
}

}  // namespace antiphon::identity
