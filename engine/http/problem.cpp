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

struct ProblemField {
  std::string pointer;
  std::string rule;
  std::string message;
};

auto describe(schema::Tag<ProblemField>) {
  return schema::object<ProblemField>("ProblemField", "One broken rule of one field")
      .field("pointer", &ProblemField::pointer, "JSON pointer of the field")
      .field("rule", &ProblemField::rule, "Stable name of the rule: required, type, max_length, …")
      .field("message", &ProblemField::message, "Which value was wrong and what would be right");
}

struct Problem {
  std::string type;
  std::string title;
  int status = 0;
  std::string detail;
  std::string instance;
  std::string code;
  std::optional<std::string> trace_id;
  std::optional<std::vector<ProblemField>> errors;
};

auto describe(schema::Tag<Problem>) {
  return schema::object<Problem>("Problem", "Why a request failed (RFC 9457)")
      .field("type", &Problem::type, "URI of the kind of problem")
      .field("title", &Problem::title, "The status in words")
      .field("status", &Problem::status, "The status of the answer")
      .field("detail", &Problem::detail, "What was wrong and what would be right")
      .field("instance", &Problem::instance, "Path of the request")
      .field("code", &Problem::code, "Stable code of the kind of failure: not_found, …")
      .field("traceId", &Problem::trace_id, "Names the request in the server's log")
      .field("errors", &Problem::errors, "Every field that is wrong");
}

Problem make_problem(int status, const Error& error) {
  Problem problem{.type = std::string(type_of(error.code())),
                  .title = std::string(reason_phrase(status)),
                  .status = status,
                  .detail = error.message(),
                  .code = std::string(to_text(error.code()))};
  if (!error.fields().empty()) problem.errors.emplace();
  for (const FieldError& field : error.fields()) {
    problem.errors->push_back({field.pointer, field.rule, field.message});
  }
  return problem;
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
  Problem told = make_problem(status, error);
  told.instance = instance;
  if (!trace_id.empty()) told.trace_id = trace_id;
  Response response = json(told, status);
  response.headers.set("Content-Type", "application/problem+json");
  if (error.retry_after_s() > 0) {
    response.headers.set("Retry-After", std::to_string(error.retry_after_s()));
  }
  if (status == 401) response.headers.set("WWW-Authenticate", "Bearer");
  return response;
}

const schema::Type& problem_type() { return schema::of<Problem>(); }

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
