#include "engine/identity/credential.h"

#include "engine/identity/identity_routes.h"

namespace antiphon::identity {
namespace {

// RFC 6265, 5.4: "a=1; b=2".
std::string_view cookie_value(std::string_view cookies, std::string_view name) {
  while (!cookies.empty()) {
    auto end = cookies.find(';');
    std::string_view pair = cookies.substr(0, end);
    pair.remove_prefix(std::min(pair.find_first_not_of(' '), pair.size()));
    if (pair.starts_with(name) && pair.size() > name.size() && pair[name.size()] == '=') {
      return pair.substr(name.size() + 1);
    }
    if (end == std::string_view::npos) break;
    cookies.remove_prefix(end + 1);
  }
  return "";
}

}  // namespace

Credential credential_of(const http::Request& request) {
  constexpr std::string_view scheme = "Bearer ";
  const std::string* authorization = request.headers.find("Authorization");
  if (authorization && authorization->starts_with(scheme)) {
    return {CredentialSource::bearer, std::string_view(*authorization).substr(scheme.size())};
  }
  const std::string* cookies = request.headers.find("Cookie");
  std::string_view token = cookies ? cookie_value(*cookies, token_cookie) : "";
  if (token.empty()) return {};
  return {CredentialSource::cookie, token};
}

}  // namespace antiphon::identity
