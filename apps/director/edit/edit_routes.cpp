#include "apps/director/edit/edit_routes.h"

#include "apps/director/edit/cmx.h"
#include "apps/director/library/content.h"
#include "engine/base/ids.h"
#include "engine/http/router.h"

namespace antiphon::director {
namespace {

std::string take_in(const http::Request& request) {
  const std::string& id = request.parameter("sessionId");
  if (!is_id(id, "ses")) throw Error(Code::not_found, "No such take.");
  return id;
}

http::Response file(std::string text, std::string_view content_type, std::string_view name) {
  http::Response response = http::text(std::move(text), content_type);
  response.headers.set("Content-Disposition", attachment(name));
  response.headers.set("Cache-Control", "private, no-cache");
  return response;
}

}  // namespace

void EditRoutes::mount() {
  using http::Method;
  const std::string path = "/api/v1/director/sessions/{sessionId}/edit-list";
  auto route = [](Method method, std::string where, std::string permission, std::string summary) {
    return http::RouteInfo{
        .method = method,
        .path = std::move(where),
        .permission = std::move(permission),
        .rate = method == Method::get ? http::RateClass::read : http::RateClass::write,
        .summary = std::move(summary)};
  };
  services_.router.add(
      route(Method::get, path, "director:session:read", "What a take shows, cut by cut"), this,
      &EditRoutes::show);
  http::RouteInfo put =
      route(Method::put, path, "director:session:edit", "Put other cuts in the place of a take's");
  put.body_bytes_max = edit_bytes_max;
  services_.router.add(std::move(put), this, &EditRoutes::put);
  services_.router.add(
      route(Method::del, path, "director:session:edit", "Go back to the cuts that were recorded"),
      this, &EditRoutes::reset);
  auto exported = [&](std::string_view ending, std::string media_type, std::string summary) {
    http::RouteInfo info = route(Method::get, fmt::format("{}.{}", path, ending),
                                 "director:session:read", std::move(summary));
    info.media_type = std::move(media_type);
    return info;
  };
  services_.router.add(exported("edl", "text/plain", "The edit list in the form of CMX 3600"), this,
                       &EditRoutes::export_cmx);
  services_.router.add(exported("srt", "application/x-subrip", "What was said, as subtitles"), this,
                       &EditRoutes::export_srt);
}

Task<EditListView> EditRoutes::show(Call call, TakeId id) {
  co_return view(co_await lists_.find(call, id.session_id));
}

Task<EditListView> EditRoutes::put(Call call, PutEditList told) {
  co_return view(co_await lists_.put(call, std::move(told)));
}

Task<EditListView> EditRoutes::reset(Call call, TakeId id) {
  co_return view(co_await lists_.reset(call, id.session_id));
}

Task<http::Response> EditRoutes::export_cmx(Call call, http::Request request) {
  EditList list = co_await lists_.find(call, take_in(request));
  co_return file(to_cmx(list), "text/plain; charset=utf-8", list.take_id + ".edl");
}

Task<http::Response> EditRoutes::export_srt(Call call, http::Request request) {
  EditList list = co_await lists_.find(call, take_in(request));
  co_return file(to_srt(list.captions), "application/x-subrip; charset=utf-8",
                 list.take_id + ".srt");
}

}  // namespace antiphon::director
