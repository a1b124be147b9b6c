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
    // As long as OpenAI's clients wait.
    case http::RateClass::model: return std::chrono::minutes(10);
    case http::RateClass::live: return std::chrono::hours(24 * 365);
    default: return std::chrono::seconds(15);
  }
}

// Who asks is known without waiting when there is no credential, or one that came a moment ago.
std::optional<http::Admission> IdentityGate::admit_now(const http::RouteInfo& route,
                                                       const http::Request& request) {
  identity::Credential credential = identity::credential_of(request);
  if (credential.source == identity::CredentialSource::none) {
    return decide(route, request, false, nullptr);
  }
  if (credential.source == identity::CredentialSource::cookie &&
      changes_something(request.method) && !http::origin_allowed(request, origins_)) {
    return std::unexpected(Error(Code::forbidden, "This page's origin may not do this."));
  }
  auto principal = identity_.known(credential.token);
  if (!principal) return std::nullopt;
  return decide(route, request, true, std::move(principal));
}

Task<http::Admission> IdentityGate::admit(const http::RouteInfo& route,
                                          const http::Request& request) {
  if (auto admission = admit_now(route, request)) co_return *std::move(admission);
  Due due(clock_.steady() + time_max(http::RateClass::read), request.trace);
  auto principal =
      co_await identity_.by_token(std::string(identity::credential_of(request).token), due);
  co_return decide(route, request, true, std::move(principal));
}

// @param principal  null: nobody, or nobody who is known
http::Admission IdentityGate::decide(const http::RouteInfo& route, const http::Request& request,
                                     bool has_credential,
                                     std::shared_ptr<const Principal> principal) const {
  bool is_public = route.permission == http::public_permission;
  if (!principal && has_credential && !is_public) {
    return std::unexpected(
        Error(Code::unauthenticated, "This token is unknown or has expired; sign in again."));
  }
  if (!principal) principal = nobody();
  if (principal->tenant.empty() && !is_open(route)) {
    return std::unexpected(Error(Code::unauthenticated,
                                 "Sign in first: send a token as Authorization: Bearer <token>."));
  }
  if (!principal->tenant.empty() && !is_public && !principal->may(route.permission)) {
    return std::unexpected(
        Error(Code::forbidden, fmt::format("This needs the permission {}.", route.permission)));
  }
  return Call(std::move(principal), clock_.now(), clock_.steady() + time_max(route.rate),
              request.trace);
}

Task<http::Response> IdentityGate::serve(const http::RouteInfo& route, Call call,
                                         const http::Request& request, const http::Handle& handle) {
  return idempotency_.run(route, std::move(call), request, handle);
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
