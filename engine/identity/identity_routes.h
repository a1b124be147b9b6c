#pragma once

#include "engine/http/router.h"
#include "engine/identity/identity.h"

namespace antiphon::identity {

/// The name of the cookie that carries a browser's token.
inline constexpr std::string_view token_cookie = "antiphon_token";

/// Signing in and out, who one is, and tokens for those without an account.
class IdentityRoutes {
 public:
  /// @param anonymous_permissions  what an anonymous session token may do
  IdentityRoutes(Identity& identity, std::vector<std::string> anonymous_permissions)
      : identity_(identity), anonymous_permissions_(std::move(anonymous_permissions)) {}

  void mount(http::Router& router);

 private:
  Identity& identity_;
  std::vector<std::string> anonymous_permissions_;
};

}  // namespace antiphon::identity
