#pragma once

#include "engine/app/idempotency.h"
#include "engine/http/gate.h"
#include "engine/http/origin.h"
#include "engine/identity/identity.h"
#include "engine/log/logger.h"

namespace antiphon::app {

/// Lets requests in: finds out who asks, checks the permission that the route names, and has what
/// comes under an Idempotency-Key take effect once. One for each core.
class IdentityGate final : public http::Gate {
 public:
  IdentityGate(identity::Identity& identity, Idempotency& idempotency, const http::Origins& origins,
               const Clock& clock, log::Logger& log)
      : identity_(identity),
        idempotency_(idempotency),
        origins_(origins),
        clock_(clock),
        log_(log) {}

  Task<http::Admission> admit(const http::RouteInfo& route, const http::Request& request) override;
  std::optional<http::Admission> admit_now(const http::RouteInfo& route,
                                           const http::Request& request) override;
  Task<http::Response> serve(const http::RouteInfo& route, Call call, const http::Request& request,
                             const http::Handle& handle) override;
  void done(const http::RouteInfo& route, const Call& call, int status) override;

 private:
  http::Admission decide(const http::RouteInfo& route, const http::Request& request,
                         bool has_credential, std::shared_ptr<const Principal> principal) const;

  identity::Identity& identity_;
  Idempotency& idempotency_;
  const http::Origins& origins_;
  const Clock& clock_;
  log::Logger& log_;
};

/// How long a request of a class may take.
Duration time_max(http::RateClass rate_class);

}  // namespace antiphon::app
