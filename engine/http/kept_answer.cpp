#include "engine/http/kept_answer.h"

namespace antiphon::http {

std::optional<KeptAnswer> kept_answer(const Response& response) {
  auto* body = std::get_if<std::string>(&response.body);
  if (!body || body->size() > kept_body_bytes_max) return std::nullopt;
  return KeptAnswer{.status = response.status,
                    .content_type = std::string(response.headers.get("Content-Type")),
                    .location = std::string(response.headers.get("Location")),
                    .body = *body};
}

Response replayed(const KeptAnswer& answer) {
  Response response{
      .status = answer.status, .headers = {{"Idempotent-Replayed", "true"}}, .body = answer.body};
  if (!answer.content_type.empty()) response.headers.set("Content-Type", answer.content_type);
  if (!answer.location.empty()) response.headers.set("Location", answer.location);
  return response;
}

}  // namespace antiphon::http
