#pragma once

#include <optional>
#include <string>

#include "engine/base/error.h"
#include "engine/gateway/gateway.h"
#include "engine/http/message.h"

namespace antiphon::front {

/// A failure as clients of OpenAI know it. They try again by themselves after 408, 409, 429 and
/// 5xx, unless `x-should-retry` says no.
struct FrontError {
  int status = 500;
  std::string type = "server_error";
  std::string message;
  std::string param = {};  ///< "messages[0].role"; "": null
  std::string code = {};   ///< "": null
  std::optional<Duration> retry_after = {};
  bool may_retry = true;  ///< false: it was tried often enough, or would end the same way
  std::optional<int> attempts = {};  ///< calls made upstream
};

FrontError front_error_of(const Error& error);
FrontError front_error_of(const gateway::GatewayFailure& failure);
/// What a client is told whose answer ends before it is complete.
FrontError cut_off();

/// `{"error":{"message","type","param","code"}}`
std::string error_json(const FrontError& error);
http::Response error_response(const FrontError& error, std::string_view trace_id);
/// How the routes of this room tell any error (http::RouteInfo::refuse).
http::Response refuse_as_front(const Error& error, std::string_view trace_id);

/// Every answer names the request, by its trace.
void add_request_id(http::Response& response, std::string_view trace_id);

/// Refuses what is known but cannot be honoured. @throws Error{fields}
[[noreturn]] void refuse_field(std::string_view pointer, std::string message);

}  // namespace antiphon::front
