#include "engine/identity/identity_routes.h"

#include <fmt/format.h>

#include "engine/http/message.h"
#include "engine/identity/credential.h"

namespace antiphon::identity {
namespace {

struct SignIn {
  std::string account;
  std::string secret;
};

auto describe(schema::Tag<SignIn>) {
  return schema::object<SignIn>("SignIn", "An account and its secret")
      .field("account", &SignIn::account, "Name of the account", schema::max_length(100))
      .field("secret", &SignIn::secret, "Its secret", schema::max_length(200), schema::secret);
}

struct RedeemCode {
  std::string code;
};

auto describe(schema::Tag<RedeemCode>) {
  return schema::object<RedeemCode>("RedeemCode", "A code from a sign-in link")
      .field("code", &RedeemCode::code, "What stands behind #sign-in= in the link",
             schema::max_length(100), schema::secret);
}

struct Me {
  std::string id;
  std::string kind;
  std::string tenant_id;
  std::vector<std::string> permissions;
};

auto describe(schema::Tag<Me>) {
  return schema::object<Me>("Me", "Who one is")
      .field("id", &Me::id, "Id of the account, or of the anonymous holder")
      .field("kind", &Me::kind, "user or anonymous")
      .field("tenantId", &Me::tenant_id, "Whose data one can reach")
      .field("permissions", &Me::permissions, "What one may do; * for everything");
}

struct Token {
  std::string token;
  Timestamp expires_at;
  Me me;
};

auto describe(schema::Tag<Token>) {
  return schema::object<Token>("Token", "A bearer token")
      .field("token", &Token::token, "Sent as Authorization: Bearer; shown once", schema::secret)
      .field("expiresAt", &Token::expires_at, "When it ends")
      .field("me", &Token::me, "Who holds it");
}

struct NewSessionToken {
  std::int64_t lifetime_seconds = 3600;
};

auto describe(schema::Tag<NewSessionToken>) {
  return schema::object<NewSessionToken>("NewSessionToken", "A token for somebody without account")
      .field("lifetimeSeconds", &NewSessionToken::lifetime_seconds, "How long it holds",
             schema::min(60),
             schema::max(std::chrono::seconds(Identity::anonymous_lifetime_max).count()),
             schema::unit("s"), schema::defaulted);
}

Me me_of(const Principal& principal) {
  return {.id = principal.id,
          .kind = principal.kind == Principal::Kind::user ? "user" : "anonymous",
          .tenant_id = principal.tenant,
          .permissions = principal.permissions};
}

Token token_of(const IssuedToken& issued) {
  return {.token = issued.token, .expires_at = issued.expires_at, .me = me_of(issued.principal)};
}

// The browser keeps the token where scripts cannot read it; other sites cannot make it be sent.
http::Response signed_in(const IssuedToken& issued) {
  http::Response response = http::json(token_of(issued));
  response.headers.set(
      "Set-Cookie",
      fmt::format("{}={}; Path=/; HttpOnly; SameSite=Strict; Max-Age={}", token_cookie,
                  issued.token, std::chrono::seconds(Identity::token_lifetime).count()));
  return response;
}

http::Response signed_out() {
  http::Response response{.status = 204};
  response.headers.set("Set-Cookie", fmt::format("{}=; Path=/; HttpOnly; SameSite=Strict; "
                                                 "Max-Age=0",
                                                 token_cookie));
  return response;
}

}  // namespace

void IdentityRoutes::mount(http::Router& router) {
  using http::Method;
  const std::string root = "/api/v1/identity";
  router.add({.method = Method::post,
              .path = root + "/sign-in",
              .permission = std::string(http::public_permission),
              .rate = http::RateClass::sign_in,
              .summary = "Sign in with account and secret",
              .reply = &schema::of<Token>()},
             [this](Call call, SignIn input) -> Task<http::Response> {
               co_return signed_in(co_await identity_.sign_in(input.account, input.secret, call));
             });
  router.add({.method = Method::post,
              .path = root + "/redeem",
              .permission = std::string(http::public_permission),
              .rate = http::RateClass::sign_in,
              .summary = "Sign in with the code of a link",
              .reply = &schema::of<Token>()},
             [this](Call call, RedeemCode input) -> Task<http::Response> {
               co_return signed_in(co_await identity_.redeem(input.code, call));
             });
  router.add({.method = Method::post,
              .path = root + "/sign-out",
              .permission = "identity:self:read",
              .rate = http::RateClass::write,
              .summary = "End the token this is called with",
              .success = 204},
             [this](Call call, http::Request request) -> Task<http::Response> {
               co_await identity_.revoke(std::string(credential_of(request).token), call);
               co_return signed_out();
             });
  router.add({.path = root + "/me", .permission = "identity:self:read", .summary = "Who one is"},
             [](Call call) -> Task<Me> { co_return me_of(call.principal()); });
  router.add({.method = Method::post,
              .path = root + "/session-tokens",
              .permission = "identity:token:create",
              .rate = http::RateClass::create,
              .summary = "A token for a kiosk or a guest",
              .success = 201,
              .takes_key = false},  // a kept answer would keep the token readable
             [this](Call call, NewSessionToken input) -> Task<Token> {
               co_return token_of(co_await identity_.issue_anonymous(
                   call.tenant(), anonymous_permissions_,
                   std::chrono::seconds(input.lifetime_seconds), call));
             });
}

}  // namespace antiphon::identity
