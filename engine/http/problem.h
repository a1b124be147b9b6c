#pragma once

#include <string_view>

#include "engine/base/error.h"
#include "engine/http/message.h"

namespace antiphon::http {

/// The status of a code; the one place where they meet.
int status_of(Code code);

/// Any error as application/problem+json (RFC 9457): type, title, status, detail, instance, code,
/// traceId, errors[{pointer, rule, message}], and Retry-After where known.
/// @param instance  the request's path
Response problem(const Error& error, std::string_view instance, std::string_view trace_id);

/// The same under another status, where the protocol knows better than our codes: 405, 431.
Response problem(int status, const Error& error, std::string_view instance,
                 std::string_view trace_id);

/// The shape of a problem, for OpenAPI.
const schema::Type& problem_type();

/// What a thrown exception is to the client: an Error as it is, anything else `internal` with the
/// exception's text in detail() for the log.
Error error_from(const std::exception_ptr& exception);

}  // namespace antiphon::http
