#include "engine/http/problem.h"

#include "engine/schema/json.h"

namespace antiphon::http {

namespace {

// Registered types (IANA, "HTTP Problem Types"); a problem that says no more than its status is
// about:blank (RFC 9457, 4.2.1).
std::string_view type_of(Code code) {
  switch (code) {
    case Code::rate_limited:
    case Code::quota_exceeded:
      return "https://iana.org/assignments/http-problem-types#quota-exceeded";
    case Code::unavailable:
      return "https://iana.org/assignments/http-problem-types#temporary-reduced-capacity";
    default: return "about:blank";
  }
}

schema::Value field_errors(const Error& error) {
  schema::Value list = schema::Value::array();
  for (const FieldError& field : error.fields()) {
    schema::Value item = schema::Value::object();
    item.set("pointer", field.pointer).set("rule", field.rule).set("message", field.message);
    list.push(std::move(item));
  }
  return list;
}

}  // namespace

int status_of(Code code) {
  switch (code) {
    case Code::invalid: return 400;
    case Code::unauthenticated: return 401;
    case Code::forbidden: return 403;
    case Code::not_found: return 404;
    case Code::conflict: return 409;
    case Code::gone: return 410;
    case Code::too_large: return 413;
    case Code::unsupported: return 415;
    case Code::unprocessable: return 422;
    case Code::rate_limited: return 429;
    case Code::quota_exceeded: return 402;
    case Code::unavailable: return 503;
    case Code::timeout: return 504;
    case Code::cancelled: return 499;
    case Code::internal: return 500;
  }
  return 500;
}

Response problem(int status, const Error& error, std::string_view instance,
                 std::string_view trace_id) {
  schema::Value body = schema::Value::object();
  body.set("type", type_of(error.code()));
  body.set("title", reason_phrase(status));
  body.set("status", status);
  body.set("detail", error.message());
  body.set("instance", instance);
  body.set("code", to_text(error.code()));
  if (!trace_id.empty()) body.set("traceId", trace_id);
  if (!error.fields().empty()) body.set("errors", field_errors(error));

  Response response = json_text(schema::to_json(body), status);
  response.headers.set("Content-Type", "application/problem+json");
  if (error.retry_after_s() > 0) {
    response.headers.set("Retry-After", std::to_string(error.retry_after_s()));
  }
  if (status == 401) response.headers.set("WWW-Authenticate", "Bearer");
  return response;
}

Response problem(const Error& error, std::string_view instance, std::string_view trace_id) {
  return problem(status_of(error.code()), error, instance, trace_id);
}

Error error_from(const std::exception_ptr& exception) {
  const std::string told = "Something went wrong on our side.";
  try {
    std::rethrow_exception(exception);
  } catch (const Error& error) {
    return error;
  } catch (const std::exception& other) {
    return Error(Code::internal, told).detail(other.what());
  } catch (...) {
    return Error(Code::internal, told).detail("something that is no exception was thrown");
  }
}

}  // namespace antiphon::http
