#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/async/pool.h"
#include "engine/base/principal.h"
#include "engine/identity/sign_in_codes.h"
#include "engine/identity/token_cache.h"
#include "engine/store/database.h"

namespace antiphon::identity {

/// An account that was just made. The secret is known here and to its owner only.
struct NewOwner {
  std::string tenant;
  std::string account_id;
  std::string account;  ///< name to sign in with
  std::string secret;
};

/// A bearer token, given out once.
struct IssuedToken {
  std::string token;  ///< "apt_…"
  Principal principal;
  Timestamp expires_at;
};

/// What a machine signs in with, for as long as it is not revoked.
struct ApiKey {
  std::string id;  ///< "key_…"
  std::string name;
  std::vector<std::string> permissions;
  std::int64_t budget_micros = 0;  ///< 0: no limit of its own
  Timestamp created_at;
  std::optional<Timestamp> expires_at;
};

/// What a key is made with.
struct NewApiKey {
  std::string name;
  std::vector<std::string> permissions;
  std::int64_t budget_micros = 0;
  std::optional<std::chrono::seconds> lifetime;
};

/// A key, given out once.
struct IssuedApiKey {
  std::string secret;  ///< "apk_…"
  ApiKey key;
};

/// How a key begins, so that it is known for one wherever it turns up.
inline constexpr std::string_view key_prefix = "apk_";

/// Who is who: tenants, their accounts and their tokens. Secrets are stored hashed. Thread-safe.
class Identity {
 public:
  struct Parts {
    store::Database& database;
    Pool& hashing;  ///< a few threads: each hash takes 19 MiB
    const Clock& clock;
    Random& random;
    SignInCodes& codes;
  };

  explicit Identity(Parts parts) : parts_(parts) {}

  static std::span<const store::Statement> statements();
  /// Those of api_keys.cpp.
  static std::span<const store::Statement> key_statements();

  /// The owner of the first tenant, when there is none yet; nothing at every later start.
  Task<std::optional<NewOwner>> ensure_first_owner(Instant deadline);
  /// A tenant with its owner's account, both called `name`.
  /// @throws Error{Code::conflict} when the name is taken; Error{Code::invalid} for a bad name
  Task<NewOwner> create_tenant(std::string name, Instant deadline);
  Task<std::vector<std::string>> tenants(Instant deadline);
  /// The id of the oldest owner's account.
  Task<std::string> first_owner_account(Instant deadline);

  /// @throws Error{Code::unauthenticated}, the same for an unknown account and a wrong secret
  Task<IssuedToken> sign_in(std::string account, std::string secret, Due due);
  /// By a code of SignInCodes. @throws Error{Code::unauthenticated}
  Task<IssuedToken> redeem(std::string code, Due due);
  /// A token for an account, without asking for its secret: for our own command line.
  Task<IssuedToken> issue(std::string account_id, Due due);
  /// A token for somebody without an account, who may do `permissions` in `tenant` (E-70).
  Task<IssuedToken> issue_anonymous(std::string tenant, std::vector<std::string> permissions,
                                    std::chrono::seconds lifetime, Due due);

  /// Who held a token a moment ago; null: ask by_token().
  std::shared_ptr<const Principal> known(std::string_view token) const;
  /// Who holds a token; null when it is unknown, expired or revoked.
  Task<std::shared_ptr<const Principal>> by_token(std::string token, Due due);
  Task<> revoke(std::string token, Due due);

  /// @throws Error{Code::conflict} when the tenant has as many as it may
  Task<IssuedApiKey> create_key(std::string tenant, NewApiKey wanted, Due due);
  /// In the order in which they were made, without what has expired.
  Task<std::vector<ApiKey>> keys(std::string tenant, Due due);
  /// @throws Error{Code::not_found}
  Task<> revoke_key(std::string tenant, std::string id, Due due);

  static constexpr std::chrono::hours token_lifetime{12};
  static constexpr std::chrono::hours anonymous_lifetime_max{24};

 private:
  Task<IssuedToken> store_token(Principal principal, std::chrono::seconds lifetime, Due due);

  Parts parts_;
  TokenCache tokens_;
};

}  // namespace antiphon::identity
