#pragma once

#include "engine/front/chat_question.h"
#include "engine/front/front_metrics.h"
#include "engine/gateway/gateway.h"
#include "engine/http/router.h"
#include "engine/metrics/registry.h"

namespace antiphon::front {

inline constexpr std::string_view chat_permission = "front:chat:create";
inline constexpr std::string_view embedding_permission = "front:embedding:create";
inline constexpr std::string_view model_permission = "front:model:read";

/// Of a question, its history included.
inline constexpr std::size_t chat_body_bytes_max = std::size_t{8} << 20;
/// Of texts to be made vectors.
inline constexpr std::size_t embedding_body_bytes_max = std::size_t{16} << 20;
/// Texts of one request.
inline constexpr std::size_t embedding_texts_max = 2048;

/// What OpenAI's clients find at `/v1`: chats, vectors, models (E-38). One on each core.
class Front {
 public:
  struct Parts {
    gateway::Gateway& gateway;
    Timestamp started;                     ///< told as the age of every model
    metrics::Registry* metrics = nullptr;  ///< null: nothing is counted
  };

  explicit Front(Parts parts);

  void mount(http::Router& router);

  /// How answers ended; used by those under way.
  struct Counts {
    explicit Counts(metrics::Registry& registry)
        : complete(registry.counter(chats_metric, {"complete"})),
          refused(registry.counter(chats_metric, {"refused"})),
          cut(registry.counter(chats_metric, {"cut"})),
          left(registry.counter(chats_metric, {"left"})) {}
    metrics::Counter complete, refused, cut, left;
  };

 private:
  Task<http::Response> chat(Call call, http::Request request);
  Task<http::Response> embed(Call call, http::Request request);
  Task<http::Response> list_models(Call call, http::Request request);
  Task<http::Response> find_model(Call call, http::Request request);

  Parts parts_;
  std::shared_ptr<Counts> counts_;  // null: nothing is counted
};

/// How the routes of this room are declared: what ends them, and how they tell errors.
http::RouteInfo front_route(http::Method method, std::string path, std::string_view permission,
                            std::string summary);

/// What a machine's key may cost; nothing for anybody else.
std::optional<gateway::Allowance> allowance_of(const Principal& principal);

/// Who answered, and what it took: of one, cost and attempts are whole when it is.
void add_provenance(http::Response& response, const gateway::Account& account);

}  // namespace antiphon::front
