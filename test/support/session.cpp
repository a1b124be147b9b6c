#include "test/support/session.h"

#include "engine/base/error.h"
#include "engine/schema/json.h"

namespace antiphon::testing {

Task<http::ClientResponse> ask(http::HttpClient& http, Endpoint endpoint, http::Method method,
                               std::string target, std::string body, std::string token,
                               Instant deadline) {
  http::ClientRequest request{.method = method,
                              .endpoint = std::move(endpoint),
                              .target = std::move(target),
                              .body = std::move(body)};
  if (!request.body.empty()) request.headers.set("Content-Type", "application/json");
  if (!token.empty()) request.headers.set("Authorization", "Bearer " + token);
  co_return co_await http.send(std::move(request), deadline);
}

Task<std::string> sign_in(http::HttpClient& http, Endpoint endpoint, std::string account,
                          std::string secret, Instant deadline) {
  schema::Value body = schema::Value::object();
  body.set("account", account).set("secret", secret);
  auto answer = co_await ask(http, std::move(endpoint), http::Method::post,
                             "/api/v1/identity/sign-in", schema::to_json(body), "", deadline);
  if (answer.status != 200) {
    throw Error(Code::unauthenticated,
                fmt::format("Signing in as {} gave {}: {}", account, answer.status, answer.body));
  }
  co_return schema::parse_value(answer.body).at("/token").text();
}

}  // namespace antiphon::testing
