#include "engine/http/gate.h"

namespace antiphon::http {

std::string_view to_text(RateClass rate_class) {
  switch (rate_class) {
    case RateClass::none: return "none";
    case RateClass::read: return "read";
    case RateClass::write: return "write";
    case RateClass::create: return "create";
    case RateClass::upload: return "upload";
    case RateClass::live: return "live";
    case RateClass::sign_in: return "sign_in";
    case RateClass::model: return "model";
  }
  return "none";
}

std::optional<Admission> Gate::admit_now(const RouteInfo&, const Request&) { return std::nullopt; }

Task<Response> Gate::serve(const RouteInfo&, Call call, const Request& request,
                           const Handle& handle) {
  return handle(std::move(call), request);
}

std::optional<Admission> OpenGate::admit_now(const RouteInfo&, const Request& request) {
  static const auto nobody = std::make_shared<const Principal>();
  const Clock& clock = Core::here().clock();
  return Call(nobody, clock.now(), clock.steady() + time_max_, request.trace);
}

// What runs behind another gate is asked this way.
// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters)
Task<Admission> OpenGate::admit(const RouteInfo& route, const Request& request) {
  co_return *admit_now(route, request);
}

}  // namespace antiphon::http
