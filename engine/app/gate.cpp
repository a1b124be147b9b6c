#include "engine/app/gate.h"

#include <fmt/format.h>

#include "engine/identity/credential.h"

namespace antiphon::app {
namespace {

std::shared_ptr<const Principal> nobody() {
  static const auto principal = std::make_shared<const Principal>();
  return principal;
}

bool changes_something(http::Method method) {
  return method != http::Method::get && method != http::Method::head;
}

// A socket's client may name itself in its first frame in place of a header (E-17).
bool is_open(const http::RouteInfo& route) {
  return route.permission == http::public_permission || route.is_takeover;
}

}  // namespace

Duration time_max(http::RateClass rate_class) {
  switch (rate_class) {
    case http::RateClass::upload: return std::chrono::hours(1);
    case http::RateClass::live: return std::chrono::hours(24 * 365);
    default: return std::chrono::seconds(15);
  }
}

Task<std::expected<Call, Error>> IdentityGate::admit(const http::RouteInfo& route,
                                                     const http::Request& request) {
  Instant now = clock_.steady();
  Instant deadline = now + time_max(route.rate);
  std::shared_ptr<const Principal> principal = nobody();
  identity::Credential credential = identity::credential_of(request);
  if (credential.source == identity::CredentialSource::cookie &&
      changes_something(request.method) && !http::origin_allowed(request, origins_)) {
    co_return std::unexpected(Error(Code::forbidden, "This page's origin may not do this."));
  }
  if (credential.source != identity::CredentialSource::none) {
    principal =
        co_await identity_.by_token(credential.token, now + time_max(http::RateClass::read));
    if (!principal && route.permission != http::public_permission) {
      co_return std::unexpected(
          Error(Code::unauthenticated, "This token is unknown or has expired; sign in again."));
    }
    if (!principal) principal = nobody();
  }
  if (principal->tenant.empty() && !is_open(route)) {
    co_return std::unexpected(Error(
        Code::unauthenticated, "Sign in first: send a token as Authorization: Bearer <token>."));
  }
  if (!principal->tenant.empty() && route.permission != http::public_permission &&
      !principal->may(route.permission)) {
    co_return std::unexpected(
        Error(Code::forbidden, fmt::format("This needs the permission {}.", route.permission)));
  }
  co_return Call(std::move(principal), clock_.now(), deadline, request.trace_id);
}

Task<http::Response> IdentityGate::serve(const http::RouteInfo& route, Call call,
                                         http::Request request, const http::Handle& handle) {
  return idempotency_.run(route, std::move(call), std::move(request), handle);
}

void IdentityGate::done(const http::RouteInfo& route, const Call& call, int status) {
  if (!log_.writes(log::Level::debug)) return;
  log_.with_trace(call.trace_id())
      .debug("request", {{"method", http::to_text(route.method)},
                         {"route", route.path},
                         {"status", std::to_string(status)},
                         {"principal", call.principal().id}});
}

}  // namespace antiphon::app
