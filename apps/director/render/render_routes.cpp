#include "apps/director/render/render_routes.h"

#include "apps/director/library/content.h"
#include "engine/base/ids.h"
#include "engine/http/router.h"

namespace antiphon::director {
namespace {

RenderView view(const Render& render) {
  RenderView told{.render_id = render.id,
                  .session_id = render.take_id,
                  .state = std::string(to_text(render.state)),
                  .progress = render.progress,
                  .problem = render.problem,
                  .remarks = render.remarks,
                  .quality = render.wish.quality,
                  .layout = render.wish.layout,
                  .captions = render.wish.captions,
                  .url = {},
                  .bytes = render.bytes,
                  .duration = static_cast<double>(render.length.count()) / 1000,
                  .created_at = render.created_at,
                  .finished_at = render.finished_at};
  if (render.state == RenderState::ready) told.url = film_path(render);
  return told;
}

// "take-2026-12-01-720p.mp4"
std::string file_name_of(const Render& render) {
  std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(render.created_at));
  return fmt::format("take-{}-{:02}-{:02}-{}.mp4", static_cast<int>(day.year()),
                     static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()),
                     render.wish.quality == Quality::hd1080 ? "1080p" : "720p");
}

}  // namespace

void RenderRoutes::mount() {
  using http::Method;
  const std::string renders = "/api/v1/director/sessions/{sessionId}/renders";
  const std::string one = renders + "/{renderId}";
  services_.router.add({.method = Method::post,
                        .path = renders,
                        .permission = "director:session:edit",
                        .rate = http::RateClass::create,
                        .summary = "Have a film made of a take"},
                       this, &RenderRoutes::start);
  services_.router.add({.path = renders,
                        .permission = "director:session:read",
                        .summary = "Films of a take, newest first"},
                       this, &RenderRoutes::list);
  services_.router.add({.path = one,
                        .permission = "director:session:read",
                        .summary = "How far a film is, and where it is served"},
                       this, &RenderRoutes::show);
  services_.router.add({.method = Method::del,
                        .path = one,
                        .permission = "director:session:edit",
                        .rate = http::RateClass::write,
                        .summary = "Cancel a film that is being made; delete one that is over"},
                       this, &RenderRoutes::remove);
  services_.router.add({.path = one + "/film",
                        .permission = "director:session:read",
                        .summary = "The film; takes Range",
                        .media_type = "video/mp4"},
                       this, &RenderRoutes::film);
}

Task<http::Created<RenderView>> RenderRoutes::start(Call call, StartRender wanted) {
  Render render = renders_.prepare(
      call, wanted.session_id,
      {.quality = wanted.quality, .layout = wanted.layout, .captions = wanted.captions});
  co_await renders_.begin(call, render);
  Render begun = co_await renders_.find(call, wanted.session_id, render.id);
  co_return http::Created<RenderView>{
      view(begun), fmt::format("/api/v1/director/sessions/{}/renders/{}", begun.take_id, begun.id)};
}

Task<http::Page<RenderView>> RenderRoutes::list(Call call, TakeId id) {
  http::Page<RenderView> page;
  for (const Render& render : co_await renders_.list(call, id.session_id)) {
    page.items.push_back(view(render));
  }
  co_return page;
}

Task<RenderView> RenderRoutes::show(Call call, RenderId id) {
  co_return view(co_await renders_.find(call, id.session_id, id.render_id));
}

Task<http::NoContent> RenderRoutes::remove(Call call, RenderId id) {
  co_await renders_.remove(call, id.session_id, id.render_id);
  co_return http::NoContent{};
}

Task<http::Response> RenderRoutes::film(Call call, http::Request request) {
  const std::string& take = request.parameter("sessionId");
  const std::string& id = request.parameter("renderId");
  if (!is_id(take, "ses") || !is_id(id, "ren")) throw Error(Code::not_found, "No such render.");
  Render render = co_await renders_.find(call, take, id);
  if (render.state != RenderState::ready) {
    throw Error(Code::not_found,
                fmt::format("The render is {} and has no film.", to_text(render.state)));
  }
  auto response = co_await serve_blob(services_.blobs, call, render.content_hash, "video/mp4",
                                      "private, max-age=86400");
  response.headers.set("Content-Disposition", attachment(file_name_of(render)));
  co_return response;
}

}  // namespace antiphon::director
