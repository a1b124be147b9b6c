#include "engine/http/origin.h"

#include <algorithm>

namespace antiphon::http {

namespace {

constexpr std::string_view request_headers =
    "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, If-Range, "
    "Last-Event-ID, Prefer, Range, traceparent";
constexpr std::string_view readable_headers =
    "Content-Range, ETag, Location, RateLimit, RateLimit-Policy, Retry-After, Server-Timing";

bool is_own(std::string_view origin, std::string_view host, bool is_secure) {
  std::string_view scheme = is_secure ? "https://" : "http://";
  return !host.empty() && origin.starts_with(scheme) &&
         equal_ignoring_case(origin.substr(scheme.size()), host);
}

}  // namespace

bool Origins::lists(std::string_view origin) const {
  return std::ranges::find(allowed, origin) != allowed.end();
}

bool origin_allowed(const Request& request, const Origins& origins) {
  std::string_view origin = request.headers.get("Origin");
  return !request.headers.find("Origin") || origins.lists(origin) ||
         is_own(origin, request.headers.get("Host"), request.is_secure);
}

void add_cors_headers(const Request& request, const Origins& origins, Headers& headers) {
  if (origins.allowed.empty()) return;
  // The answer depends on who asks, also where it says no.
  headers.add("Vary", "Origin");
  std::string_view origin = request.headers.get("Origin");
  if (origin.empty() || !origins.lists(origin)) return;
  headers.set("Access-Control-Allow-Origin", origin);
  headers.set("Access-Control-Expose-Headers", readable_headers);
  if (origins.with_credentials) headers.set("Access-Control-Allow-Credentials", "true");
}

std::string allowed_text(const std::vector<Method>& methods) {
  std::string text;
  for (Method method : methods) {
    text += fmt::format("{}, ", to_text(method));
    if (method == Method::get) text += "HEAD, ";
  }
  return text + "OPTIONS";
}

Response answer_options(const Request& request, const Origins& origins,
                        const std::vector<Method>& allowed) {
  Response response{.status = 204, .headers = {{"Allow", allowed_text(allowed)}}};
  bool is_preflight = request.headers.find("Access-Control-Request-Method") != nullptr;
  if (is_preflight && origins.lists(request.headers.get("Origin"))) {
    response.headers.set("Access-Control-Allow-Methods", allowed_text(allowed));
    response.headers.set("Access-Control-Allow-Headers", request_headers);
    response.headers.set("Access-Control-Max-Age", "600");
  }
  return response;
}

}  // namespace antiphon::http
