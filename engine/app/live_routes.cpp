#include "engine/app/live_routes.h"

#include "engine/app/limits.h"
#include "engine/app/waterfall.h"
#include "engine/live/connection.h"
#include "engine/live/longpoll.h"
#include "engine/live/sse.h"
#include "engine/socketio/live_space.h"

namespace antiphon::app {
namespace {

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

struct SessionPath {
  std::string session_id;
};

auto describe(schema::Tag<SessionPath>) {
  return schema::object<SessionPath>("SessionPath")
      .field("sessionId", &SessionPath::session_id, "Id of the session", schema::id("ses"));
}

struct SessionWaterfall {
  std::string session_id;
  std::vector<WaterfallTurn> turns;
  std::int64_t forgotten = 0;
};

auto describe(schema::Tag<SessionWaterfall>) {
  return schema::object<SessionWaterfall>("SessionWaterfall", "Where the time of its turns went")
      .field("sessionId", &SessionWaterfall::session_id, "The session")
      .field("turns", &SessionWaterfall::turns, "The newest ones, oldest first")
      .field("forgotten", &SessionWaterfall::forgotten, "Older turns that are not kept any more");
}

// Without turns as long as none is done; nobody's once it is over and others took its room.
Task<Waterfall> find_waterfall(Services* services, std::string tenant, std::string id) {
  if (auto kept = services->waterfalls.find(id)) co_return *std::move(kept);
  auto owner = [](live::Session& session) -> Task<live::SessionOwner> {
    co_return session.owner();
  };
  co_return Waterfall{.owner = co_await services->sessions.with_session(id, tenant, owner)};
}

void mount_waterfall(Services& services, const LivePaths& paths) {
  services.router.add(
      {.path = paths.waterfall_path,
       .permission = paths.read_permission,
       .summary = "Where the time of a session's newest turns went"},
      [&services, app = paths.app](Call call, SessionPath path) -> Task<SessionWaterfall> {
        Waterfall found = co_await find_waterfall(&services, call.tenant(), path.session_id);
        if (found.owner.app != app || found.owner.tenant != call.tenant() ||
            !may_attach(call.principal(), found.owner)) {
          throw Error(Code::not_found, "No such session.");
        }
        co_return SessionWaterfall{path.session_id, std::move(found.turns), found.forgotten};
      });
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
  if (!paths.waterfall_path.empty()) mount_waterfall(services, paths);
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
