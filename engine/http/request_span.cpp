#include "engine/http/request_span.h"

namespace antiphon::http {
namespace {

// Two traceparents are as good as none; several fields of tracestate are one list.
trace::Context caller_of(const Request& request, trace::Tracer* tracer, Random& random) {
  if (request.headers.count("traceparent") != 1) return trace::begin_trace(tracer, random);
  std::string state;
  for (const auto& [name, value] : request.headers) {
    if (!equal_ignoring_case(name, "tracestate")) continue;
    if (!state.empty()) state += ',';
    state += value;
  }
  return trace::continue_trace(request.headers.get("traceparent"), state, tracer, random);
}

}  // namespace

trace::Span begin_request_span(Request& request, trace::Tracer* tracer, Random& random,
                               Instant began) {
  trace::Span span(caller_of(request, tracer, random), to_text(request.method), trace::Kind::server,
                   began);
  span.set("http.request.method", to_text(request.method));
  span.set("url.scheme", request.is_secure ? "https" : "http");
  request.trace = span.context();
  return span;
}

void name_request_span(trace::Span& span, const RouteInfo& route) {
  if (!span.is_recorded()) return;
  span.rename(fmt::format("{} {}", to_text(route.method), route.path));
  span.set("http.route", route.path);
}

void end_request_span(trace::Span& span, int status) {
  constexpr int server_errors = 500;
  if (!span.is_recorded()) return;
  span.set("http.response.status_code", status);
  if (status >= server_errors) span.fail(std::to_string(status));
  span.end();
}

}  // namespace antiphon::http
