#include "apps/director/library/library_watch.h"

#include "engine/app/live_routes.h"
#include "engine/http/router.h"
#include "engine/live/session.h"

namespace antiphon::director {
namespace {

constexpr std::string_view live_name = "director_library";
constexpr std::string_view sessions_path = "/api/v1/director/library/sessions";
constexpr std::string_view socket_path = "/ws/director/library";

}  // namespace

std::vector<const live::EventType*> watch_events() { return {&clip_changed, &library_progress}; }

LibraryWatch::LibraryWatch(app::Changes& changes, live::Session& session) : session_(session) {
  news_ = changes.subscribe(
      clip_news, [this](const std::string& json) { session_.post([this, json] { hear(json); }); });
}

void LibraryWatch::on_message(const live::Message&) {
  throw Error(Code::invalid, "A library only tells: nothing can be said to it.");
}

void LibraryWatch::hear(const std::string& json) {
  auto news = schema::parse<ClipNews>(json);
  if (news.tenant != session_.owner().tenant) return;
  bool is_under_way = news.state == to_text(ClipState::processing);
  if (is_under_way && news.progress > 0) {
    progress_[news.asset_id] = news.progress;
  } else {
    progress_.erase(news.asset_id);
    session_.emit(clip_changed, ClipChanged{news.asset_id, news.state, news.problem});
    if (is_under_way) return;
  }
  session_.emit(library_progress, under_way());
}

LibraryProgress LibraryWatch::under_way() const {
  LibraryProgress all;
  for (const auto& [asset_id, progress] : progress_) all.clips.push_back({asset_id, progress});
  return all;
}

std::string LibraryWatch::snapshot() { return schema::to_json(under_way()); }

void WatchRoutes::mount() {
  services_.live.add({.name = std::string(live_name),
                      .events = watch_events(),
                      .make = [this](live::Session& session) {
                        return std::make_unique<LibraryWatch>(services_.changes, session);
                      }});
  app::mount_live(services_, {.app = std::string(live_name),
                              .path = std::string(socket_path),
                              .events_path = std::string(sessions_path) + "/{sessionId}/events",
                              .permission = "director:asset:read"});
  services_.router.add({.method = http::Method::post,
                        .path = std::string(sessions_path),
                        .permission = "director:asset:read",
                        .rate = http::RateClass::create,
                        .summary = "Watch what becomes of clips, live"},
                       this, &WatchRoutes::open);
}

Task<http::Created<OpenedWatch>> WatchRoutes::open(Call call) {
  auto session = services_.live.open(std::string(live_name), call.tenant(), call.principal().id);
  co_return http::Created<OpenedWatch>{
      {.session_id = session->id(),
       .ws_url = fmt::format("{}?sessionId={}", socket_path, session->id())},
      fmt::format("{}/{}", sessions_path, session->id())};
}

}  // namespace antiphon::director
