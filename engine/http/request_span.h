#pragma once

#include "engine/http/gate.h"
#include "engine/trace/tracer.h"

namespace antiphon::http {

/// The span of a request, in its caller's trace; `request.trace` is then that of what the request
/// causes. @param tracer  null: nobody records
trace::Span begin_request_span(Request& request, trace::Tracer* tracer, Random& random,
                               Instant began);

/// Names it by the route's template, never by what stood in the path.
void name_request_span(trace::Span& span, const RouteInfo& route);

/// Once; an error of ours is a failure, a client's mistake is none.
void end_request_span(trace::Span& span, int status);

}  // namespace antiphon::http
