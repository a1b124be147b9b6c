#pragma once

#include "apps/director/render/renders.h"
#include "apps/director/take/take_routes.h"
#include "engine/app/services.h"

namespace antiphon::director {

struct StartRender {
  std::string session_id;
  Quality quality = Quality::hd720;
  std::optional<Layout> layout;
  bool captions = false;
};

inline auto describe(schema::Tag<StartRender>) {
  return schema::object<StartRender>("StartRender", "How a film of a take is wanted")
      .field("sessionId", &StartRender::session_id, "The take", schema::id("ses"))
      .field("quality", &StartRender::quality, "How large the picture is", schema::defaulted)
      .field("layout", &StartRender::layout,
             "Where clip and speaker stand all the time; absent: as the edit list has it")
      .field("captions", &StartRender::captions, "Whether subtitles are drawn into the picture",
             schema::defaulted);
}

struct RenderId {
  std::string session_id;
  std::string render_id;
};

inline auto describe(schema::Tag<RenderId>) {
  return schema::object<RenderId>("RenderId")
      .field("sessionId", &RenderId::session_id, "Id of the take", schema::id("ses"))
      .field("renderId", &RenderId::render_id, "Id of the render", schema::id("ren"));
}

struct RenderView {
  std::string render_id;
  std::string session_id;
  std::string state;
  double progress = 0;
  std::string problem;
  std::vector<std::string> remarks;
  Quality quality = Quality::hd720;
  std::optional<Layout> layout;
  bool captions = false;
  std::optional<std::string> url;
  std::int64_t bytes = 0;
  double duration = 0;
  Timestamp created_at;
  std::optional<Timestamp> finished_at;
};

inline auto describe(schema::Tag<RenderView>) {
  return schema::object<RenderView>("Render", "A film that is made of a take")
      .field("renderId", &RenderView::render_id, "Its id")
      .field("sessionId", &RenderView::session_id, "The take")
      .field("state", &RenderView::state, "waiting, running, ready, failed or cancelled")
      .field("progress", &RenderView::progress, "0 to 1")
      .field("problem", &RenderView::problem, "Why it failed; empty when it did not")
      .field("remarks", &RenderView::remarks, "What the film does not show, in sentences")
      .field("quality", &RenderView::quality, "How large the picture is")
      .field("layout", &RenderView::layout,
             "Where clip and speaker stand all the time; absent: as the edit list had it")
      .field("captions", &RenderView::captions, "Whether subtitles are drawn into the picture")
      .field("url", &RenderView::url, "Where the film is served; absent until it is ready")
      .field("bytes", &RenderView::bytes, "Size of its file; 0 until it is ready")
      .field("duration", &RenderView::duration, "Its length", schema::unit("s"))
      .field("createdAt", &RenderView::created_at, "When it was asked for")
      .field("finishedAt", &RenderView::finished_at, "When it ended; absent until then");
}

/// Starts, tells, serves and ends renders.
class RenderRoutes {
 public:
  RenderRoutes(app::Services& services, Renders& renders)
      : services_(services), renders_(renders) {}

  void mount();

 private:
  Task<http::Created<RenderView>> start(Call call, StartRender wanted);
  Task<http::Page<RenderView>> list(Call call, TakeId id);
  Task<RenderView> show(Call call, RenderId id);
  Task<http::NoContent> remove(Call call, RenderId id);
  Task<http::Response> film(Call call, http::Request request);

  app::Services& services_;
  Renders& renders_;
};

}  // namespace antiphon::director
