#pragma once

#include <string>

#include "engine/http/client.h"
#include "engine/schema/value.h"

namespace antiphon::testing {

/// Asks with JSON and a bearer token ("": none). @throws Error as HttpClient::send
Task<http::ClientResponse> ask(http::HttpClient& http, Endpoint endpoint, http::Method method,
                               std::string target, std::string body, std::string token,
                               Instant deadline);

/// The token of an account. @throws Error{Code::unauthenticated} with the answer
Task<std::string> sign_in(http::HttpClient& http, Endpoint endpoint, std::string account,
                          std::string secret, Instant deadline);

}  // namespace antiphon::testing
