#include "engine/front/front_error.h"

#include <fmt/format.h>

#include "engine/http/problem.h"

namespace antiphon::front {
namespace {

constexpr std::string_view invalid_request = "invalid_request_error";
constexpr std::string_view unsupported_rule = "unsupported";
// Clients wait without a word until they may try again; above this they are told at once.
constexpr Duration silent_wait = std::chrono::seconds(10);

// "/messages/0/role" as such clients write it: "messages[0].role".
std::string param_of(std::string_view pointer) {
  std::string param;
  while (!pointer.empty()) {
    pointer.remove_prefix(1);
    std::string_view part = pointer.substr(0, pointer.find('/'));
    pointer.remove_prefix(part.size());
    bool is_number = part.find_first_not_of("0123456789") == std::string_view::npos;
    if (is_number && !param.empty()) {
      param += fmt::format("[{}]", part);
    } else {
      param += (param.empty() ? "" : ".") + std::string(part);
    }
  }
  return param;
}

FrontError of_fields(const Error& error) {
  FrontError told{.status = 400, .type = std::string(invalid_request), .may_retry = false};
  const FieldError& first = error.fields().front();
  told.param = param_of(first.pointer);
  told.code = first.rule == unsupported_rule ? "unsupported_value" : "invalid_value";
  for (const FieldError& field : error.fields()) {
    std::string param = param_of(field.pointer);
    if (!told.message.empty()) told.message += ' ';
    told.message += (param.empty() ? "" : "'" + param + "': ") + field.message;
  }
  return told;
}

struct Kind {
  std::string_view type;
  std::string_view code;
};

Kind kind_of(Code code) {
  switch (code) {
    case Code::unauthenticated: return {invalid_request, "invalid_api_key"};
    case Code::forbidden: return {invalid_request, "insufficient_permissions"};
    case Code::not_found: return {invalid_request, "not_found"};
    case Code::rate_limited: return {"requests", "rate_limit_exceeded"};
    case Code::quota_exceeded: return {"insufficient_quota", "insufficient_quota"};
    case Code::unavailable:
    case Code::timeout:
    case Code::internal: return {"server_error", ""};
    default: return {invalid_request, ""};
  }
}

std::string text_or_null(const std::string& text) {
  if (text.empty()) return "null";
  std::string out;
  schema::write_text(out, text);
  return out;
}

}  // namespace

FrontError front_error_of(const Error& error) {
  if (!error.fields().empty()) return of_fields(error);
  Kind kind = kind_of(error.code());
  FrontError told{.status = http::status_of(error.code()),
                  .type = std::string(kind.type),
                  .message = error.message(),
                  .code = std::string(kind.code),
                  .may_retry = error.code() == Code::rate_limited ||
                               error.code() == Code::unavailable || error.code() == Code::internal};
  // Clients look for an empty purse behind this status alone.
  if (error.code() == Code::quota_exceeded) told.status = 429;
  if (error.retry_after_s() > 0) told.retry_after = std::chrono::seconds(error.retry_after_s());
  return told;
}

FrontError front_error_of(const gateway::GatewayFailure& failure) {
  using enum gateway::GatewayFailure::Reason;
  FrontError told{.message = failure.message,
                  .retry_after = failure.retry_after,
                  .may_retry = false,
                  .attempts = failure.attempts};
  auto set = [&](int status, std::string_view type, std::string_view code) {
    told.status = status;
    told.type = type;
    told.code = code;
  };
  switch (failure.reason) {
    case invalid: set(400, invalid_request, "invalid_value"); break;
    case unknown_target:
      set(404, invalid_request, "model_not_found");
      told.param = "model";
      break;
    case unsupported: set(400, invalid_request, "unsupported_value"); break;
    case budget: set(429, "insufficient_quota", "insufficient_quota"); break;
    case exhausted:
      set(429, "requests", "rate_limit_exceeded");
      // Calls that were made and said nothing of when to come again would only be made anew.
      told.may_retry =
          failure.retry_after ? *failure.retry_after <= silent_wait : failure.attempts == 0;
      break;
    // What can be tried was tried: a client that tries again would only do it all once more.
    case failed: set(502, "server_error", "upstream_failed"); break;
    case timeout: set(504, "server_error", "timeout"); break;
  }
  return told;
}

FrontError cut_off() {
  return {.status = 502,
          .message = "The model was cut off before its answer was complete.",
          .code = "truncated",
          .may_retry = false};
}

std::string error_json(const FrontError& error) {
  return fmt::format(R"({{"error":{{"message":{},"type":{},"param":{},"code":{}}}}})",
                     text_or_null(error.message), text_or_null(error.type),
                     text_or_null(error.param), text_or_null(error.code));
}

http::Response error_response(const FrontError& error, std::string_view trace_id) {
  http::Response response = http::json_text(error_json(error), error.status);
  if (error.retry_after) {
    auto ms = std::chrono::ceil<std::chrono::milliseconds>(*error.retry_after);
    response.headers.set("Retry-After",
                         std::to_string(std::chrono::ceil<std::chrono::seconds>(ms).count()));
    response.headers.set("retry-after-ms", std::to_string(ms.count()));
  }
  if (error.attempts) {
    response.headers.set("x-antiphon-attempts", std::to_string(*error.attempts));
  }
  if (!error.may_retry) response.headers.set("x-should-retry", "false");
  add_request_id(response, trace_id);
  return response;
}

http::Response refuse_as_front(const Error& error, std::string_view trace_id) {
  return error_response(front_error_of(error), trace_id);
}

void add_request_id(http::Response& response, std::string_view trace_id) {
  response.headers.set("x-request-id", trace_id);
}

void refuse_field(std::string_view pointer, std::string message) {
  throw Error({{std::string(pointer), std::string(unsupported_rule), std::move(message)}});
}

}  // namespace antiphon::front
