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
  }
  return "none";
}

Task<Response> Gate::serve(const RouteInfo&, Call call, Request request, const Handle& handle) {
  return handle(std::move(call), std::move(request));
}

namespace {

Task<std::expected<Call, Error>> admit_nobody(Duration time_max, std::string trace_id) {
  static const auto nobody = std::make_shared<const Principal>();
  const Clock& clock = Core::here().clock();
  co_return Call(nobody, clock.now(), clock.steady() + time_max, std::move(trace_id));
}

}  // namespace

Task<std::expected<Call, Error>> OpenGate::admit(const RouteInfo&, const Request& request) {
  return admit_nobody(time_max_, request.trace_id);
}

}  // namespace antiphon::http
