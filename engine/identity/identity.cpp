#include "engine/identity/identity.h"

#include <algorithm>

#include "engine/base/encoding.h"
#include "engine/base/ids.h"
#include "engine/identity/limits.h"
#include "engine/identity/secrets.h"
#include "engine/schema/json.h"

namespace antiphon::identity {
namespace {

constexpr store::Statement insert_tenant{
    "tenants.insert",
    "INSERT INTO tenants (id, name, created_at) VALUES ($1, $2, $3) "
    "ON CONFLICT DO NOTHING"};
constexpr store::Statement all_tenants{"tenants.all",
                                       "SELECT id FROM tenants ORDER BY created_at, id"};
constexpr store::Statement insert_account{
    "accounts.insert",
    "INSERT INTO accounts (id, tenant_id, name, secret_hash, permissions, created_at) "
    "VALUES ($1, $2, $3, $4, $5, $6)"};
constexpr store::Statement account_by_name{"accounts.by_name",
                                           "SELECT id, secret_hash FROM accounts WHERE name = $1"};
constexpr store::Statement account_by_id{
    "accounts.by_id", "SELECT id, tenant_id, permissions FROM accounts WHERE id = $1"};
constexpr store::Statement oldest_account{
    "accounts.oldest", "SELECT id FROM accounts ORDER BY created_at, id LIMIT 1"};
constexpr store::Statement insert_token{
    "tokens.insert",
    "INSERT INTO tokens (hash, tenant_id, principal_id, kind, permissions, created_at, expires_at) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7)"};
constexpr store::Statement find_token{
    "tokens.find",
    "SELECT tenant_id, principal_id, kind, permissions, expires_at, budget_micros FROM tokens "
    "WHERE hash = $1 AND expires_at > $2"};
constexpr store::Statement delete_token{"tokens.delete", "DELETE FROM tokens WHERE hash = $1"};
constexpr store::Statement delete_expired_tokens{"tokens.delete_expired",
                                                 "DELETE FROM tokens WHERE expires_at <= $1"};

constexpr store::Statement every_statement[] = {
    insert_tenant,  all_tenants,  insert_account, account_by_name, account_by_id,
    oldest_account, insert_token, find_token,     delete_token,    delete_expired_tokens};

constexpr std::string_view token_prefix = "apt_";

// Sessions of people and guests, and keys of machines.
bool is_credential(std::string_view token) {
  return token.starts_with(token_prefix) || token.starts_with(key_prefix);
}

Principal::Kind kind_of(std::string_view text) {
  if (text == "user") return Principal::Kind::user;
  return text == "machine" ? Principal::Kind::machine : Principal::Kind::anonymous;
}

constexpr std::string_view first_name = "owner";

std::string_view to_text(Principal::Kind kind) {
  switch (kind) {
    case Principal::Kind::user: return "user";
    case Principal::Kind::machine: return "machine";
    case Principal::Kind::system: return "system";
    case Principal::Kind::anonymous: return "anonymous";
  }
  return "anonymous";
}

void check_name(std::string_view name) {
  bool good = !name.empty() && name.size() <= name_characters_max &&
              std::all_of(name.begin(), name.end(), [](char c) {
                return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
              });
  if (!good) {
    throw Error(Code::invalid,
                "A tenant's name has 1 to 40 lower-case letters, digits and hyphens.");
  }
}

std::string hex_of(const Sha256& digest) {
  return to_hex({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

[[noreturn]] void refuse() {
  throw Error(Code::unauthenticated, "This account and secret do not belong together.");
}

}  // namespace

std::span<const store::Statement> Identity::statements() { return every_statement; }

Task<std::optional<NewOwner>> Identity::ensure_first_owner(Instant deadline) {
  if (!(co_await tenants(deadline)).empty()) co_return std::nullopt;
  co_return co_await create_tenant(std::string(first_name), deadline);
}

Task<NewOwner> Identity::create_tenant(std::string name, Instant deadline) {
  check_name(name);
  NewOwner owner{.tenant = make_id("ten", parts_.random),
                 .account_id = make_id("usr", parts_.random),
                 .account = name,
                 .secret = make_secret(parts_.random)};
  std::string hash = co_await parts_.hashing.run(
      WorkClass::request, deadline,
      [secret = owner.secret](const StopFlag&) { return hash_secret(secret); });
  Timestamp now = parts_.clock.now();
  co_await parts_.database.write(deadline, [owner, hash, now](store::Tx& tx) {
    if (!tx.insert_if_new(insert_tenant, owner.tenant, owner.account, now)) {
      throw Error(Code::conflict, "There is a tenant with this name already.");
    }
    tx.execute(insert_account, owner.account_id, owner.tenant, owner.account, hash,
               schema::to_json(std::vector<std::string>{"*"}), now);
  });
  co_return owner;
}

Task<std::vector<std::string>> Identity::tenants(Instant deadline) {
  return parts_.database.read(deadline, [](store::Tx& tx) {
    std::vector<std::string> ids;
    for (const store::Row& row : tx.query(all_tenants)) ids.push_back(row.text(0));
    return ids;
  });
}

Task<std::string> Identity::first_owner_account(Instant deadline) {
  return parts_.database.read(deadline, [](store::Tx& tx) {
    store::Rows rows = tx.query(oldest_account);
    ENSURE(!rows.empty(), "the first owner is made at the first start");
    return rows[0].text(0);
  });
}

Task<IssuedToken> Identity::sign_in(std::string account, std::string secret, Due due) {
  struct Found {
    std::string id;
    std::string hash;
  };
  auto found = co_await parts_.database.read(due, [account](store::Tx& tx) {
    store::Rows rows = tx.query(account_by_name, account);
    return rows.empty() ? Found{} : Found{rows[0].text(0), rows[0].text(1)};
  });
  // An unknown account takes as long as a wrong secret: a hash is computed either way.
  bool right = co_await parts_.hashing.run(
      WorkClass::request, due.at, [secret, hash = found.hash](const StopFlag&) {
        return hash.empty() ? (hash_secret(secret), false) : verify_secret(secret, hash);
      });
  if (!right) refuse();
  co_return co_await issue(found.id, due);
}

Task<IssuedToken> Identity::redeem(std::string code, Due due) {
  auto account_id = parts_.codes.redeem(code);
  if (!account_id) {
    throw Error(Code::unauthenticated,
                "This sign-in link was used already or is too old. Start the server again for a "
                "new one, or sign in with account and secret.");
  }
  co_return co_await issue(*account_id, due);
}

Task<IssuedToken> Identity::issue(std::string account_id, Due due) {
  Principal principal = co_await parts_.database.read(due, [account_id](store::Tx& tx) {
    store::Rows rows = tx.query(account_by_id, account_id);
    if (rows.empty()) refuse();
    return Principal{.kind = Principal::Kind::user,
                     .id = rows[0].text(0),
                     .tenant = rows[0].text(1),
                     .permissions = schema::parse<std::vector<std::string>>(rows[0].text(2))};
  });
  co_return co_await store_token(std::move(principal), token_lifetime, due);
}

Task<IssuedToken> Identity::issue_anonymous(std::string tenant,
                                            std::vector<std::string> permissions,
                                            std::chrono::seconds lifetime, Due due) {
  return store_token({.kind = Principal::Kind::anonymous,
                      .id = make_id("anon", parts_.random),
                      .tenant = std::move(tenant),
                      .permissions = std::move(permissions)},
                     lifetime, due);
}

Task<IssuedToken> Identity::store_token(Principal principal, std::chrono::seconds lifetime,
                                        Due due) {
  Timestamp now = parts_.clock.now();
  IssuedToken issued{.token = std::string(token_prefix) + make_secret(parts_.random),
                     .principal = std::move(principal),
                     .expires_at = now + lifetime};
  co_await parts_.database.write(due, [issued, now](store::Tx& tx) {
    tx.execute(delete_expired_tokens, now);
    tx.execute(insert_token, sha256_hex(issued.token), issued.principal.tenant, issued.principal.id,
               to_text(issued.principal.kind), schema::to_json(issued.principal.permissions), now,
               issued.expires_at);
  });
  co_return issued;
}

std::shared_ptr<const Principal> Identity::known(std::string_view token) const {
  if (!is_credential(token)) return nullptr;
  return tokens_.find(sha256(token), parts_.clock.now(), parts_.clock.steady());
}

Task<std::shared_ptr<const Principal>> Identity::by_token(std::string token, Due due) {
  if (!is_credential(token)) co_return nullptr;
  if (auto holder = known(token)) co_return holder;
  Timestamp now = parts_.clock.now();
  Sha256 digest = sha256(token);
  std::string hash = hex_of(digest);
  TokenCache::Ticket ticket = tokens_.begin();
  struct Found {
    std::shared_ptr<const Principal> principal;
    Timestamp expires_at;
  };
  auto found = co_await parts_.database.read(due, [hash, now](store::Tx& tx) -> Found {
    store::Rows rows = tx.query(find_token, hash, now);
    if (rows.empty()) return {};
    store::Row row = rows[0];
    auto principal = std::make_shared<Principal>(
        Principal{.kind = kind_of(row.text(2)),
                  .id = row.text(1),
                  .tenant = row.text(0),
                  .permissions = schema::parse<std::vector<std::string>>(row.text(3)),
                  .budget_micros = row.integer(5)});
    return {std::move(principal), row.time(4)};
  });
  if (found.principal) {
    tokens_.put(ticket, digest, found.principal, found.expires_at, parts_.clock.steady());
  }
  co_return found.principal;
}

Task<> Identity::revoke(std::string token, Due due) {
  Sha256 digest = sha256(token);
  co_await parts_.database.write(
      due, [hash = hex_of(digest)](store::Tx& tx) { tx.execute(delete_token, hash); });
  tokens_.forget(digest);
}

}  // namespace antiphon::identity
