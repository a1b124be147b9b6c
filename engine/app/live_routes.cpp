#include "engine/app/live_routes.h"

#include "engine/live/connection.h"
#include "engine/live/longpoll.h"
#include "engine/live/sse.h"
#include "engine/socketio/live_space.h"

namespace antiphon::app {
namespace {

constexpr Duration authenticate_time_max = std::chrono::seconds(5);

// Those with an account see all of their tenant's sessions, a guest only what it opened itself.
bool may_attach(const Principal& principal, const live::SessionOwner& owner) {
  return principal.kind == Principal::Kind::user || principal.id == owner.principal;
}

live::LiveRoute live_route(Services& services, const LivePaths& paths) {
  return {.app = paths.app,
          .permission = paths.permission,
          .authenticate =
              [&identity = services.identity, &clock = services.clock](std::string token) {
                return identity.by_token(std::move(token), clock.steady() + authenticate_time_max);
              },
          .may_attach = may_attach};
}

// Null for nobody: then the first frame must say who it is.
std::shared_ptr<const Principal> known(const Call& call) {
  if (call.tenant().empty()) return nullptr;
  return std::make_shared<const Principal>(call.principal());
}

std::optional<std::string> query_value(const http::Request& request, std::string_view name) {
  for (auto& [key, value] : http::parse_query(request.query)) {
    if (key == name) return std::move(value);
  }
  return std::nullopt;
}

}  // namespace

void mount_live(Services& services, LivePaths paths) {
  auto route = std::make_shared<const live::LiveRoute>(live_route(services, paths));
  services.sockets.add("/" + paths.app,
                       std::make_shared<socketio::LiveSpace>(services.sessions, *route));
  services.router.add(
      {.path = paths.path,
       .aliases = paths.aliases,
       .permission = paths.permission,
       .rate = http::RateClass::live,
       .summary = "WebSocket of a session (?sessionId=), sub-protocol antiphon.v1"},
      [&services, route](Call call, http::Request request, http::Takeover takeover) -> Task<> {
        if (!http::origin_allowed(request, services.origins)) {
          throw Error(Code::forbidden, "Pages of this origin may not open sockets here.");
        }
        std::string session_id = query_value(request, "sessionId").value_or("");
        co_await live::serve_websocket(services.sessions, *route, std::move(request), takeover,
                                       known(call), std::move(session_id));
      });
  if (paths.events_path.empty()) return;
  services.router.add({.path = paths.events_path,
                       .permission = paths.permission,
                       .rate = http::RateClass::live,
                       .summary = "The same events as Server-Sent Events (Last-Event-ID resumes), "
                                  "or one long poll (?after=)",
                       .media_type = "text/event-stream"},
                      [&services, route](Call call, http::Request request) {
                        std::string session_id = request.parameter("sessionId");
                        auto after = query_value(request, "after");
                        if (after) {
                          return live::serve_poll(services.sessions, *route, call.principal(),
                                                  std::move(session_id), *std::move(after));
                        }
                        return live::serve_events(services.sessions, *route, std::move(request),
                                                  call.principal(), std::move(session_id));
                      });
}

}  // namespace antiphon::app
