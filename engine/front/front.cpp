#include "engine/front/front.h"

#include "engine/front/front_error.h"

namespace antiphon::front {

http::RouteInfo front_route(http::Method method, std::string path, std::string_view permission,
                            std::string summary) {
  return {.method = method,
          .path = std::move(path),
          .permission = std::string(permission),
          .rate = http::RateClass::model,
          .summary = std::move(summary),
          .media_type = "application/json",
          .ends_with_client = true,
          .refuse = refuse_as_front,
          .takes_key = false};
}

std::optional<gateway::Allowance> allowance_of(const Principal& principal) {
  if (principal.kind != Principal::Kind::machine) return std::nullopt;
  return gateway::Allowance{.account = principal.id, .hard = principal.budget_micros};
}

void add_provenance(http::Response& response, const gateway::Account& account) {
  auto& headers = response.headers;
  if (!account.instance.empty()) headers.set("x-antiphon-instance", account.instance);
  headers.set("x-antiphon-cache", gateway::to_text(account.cache));
  headers.set("x-antiphon-attempts", std::to_string(account.attempts));
}

Front::Front(Parts parts) : parts_(parts) {
  if (parts_.metrics) counts_ = std::make_shared<Counts>(*parts_.metrics);
}

void Front::mount(http::Router& router) {
  using enum http::Method;
  auto chat = front_route(post, "/v1/chat/completions", chat_permission,
                          "A model's answer, as OpenAI's clients ask for it");
  chat.body_bytes_max = chat_body_bytes_max;
  router.add(std::move(chat), this, &Front::chat);
  auto embed = front_route(post, "/v1/embeddings", embedding_permission,
                           "Vectors of texts, as OpenAI's clients ask for them");
  embed.body_bytes_max = embedding_body_bytes_max;
  router.add(std::move(embed), this, &Front::embed);
  router.add(front_route(get, "/v1/models", model_permission, "What may be named as a model"), this,
             &Front::list_models);
  router.add(front_route(get, "/v1/models/{model}", model_permission, "One of them"), this,
             &Front::find_model);
}

}  // namespace antiphon::front
