#pragma once

#include "apps/director/settings.h"
#include "apps/director/take/open_take.h"
#include "apps/director/take/take_store.h"
#include "engine/app/services.h"
#include "engine/http/reply.h"

namespace antiphon::director {

struct OpenedTake {
  std::string session_id;
  std::string ws_url;
};

inline auto describe(schema::Tag<OpenedTake>) {
  return schema::object<OpenedTake>("OpenedTake", "A take that was opened")
      .field("sessionId", &OpenedTake::session_id, "Its id")
      .field("wsUrl", &OpenedTake::ws_url, "Where to connect; relative to this server");
}

struct TakeId {
  std::string session_id;
};

inline auto describe(schema::Tag<TakeId>) {
  return schema::object<TakeId>("TakeId").field("sessionId", &TakeId::session_id, "Id of the take",
                                                schema::id("ses"));
}

struct ListTakes : http::PageQuery {};

inline auto describe(schema::Tag<ListTakes>) {
  return http::page_fields(schema::object<ListTakes>("ListTakes"));
}

struct UtteranceView {
  std::int64_t number = 0;
  std::string text;
  double end = 0;
};

inline auto describe(schema::Tag<UtteranceView>) {
  return schema::object<UtteranceView>("UtteranceView", "One final utterance")
      .field("number", &UtteranceView::number, "From 1")
      .field("text", &UtteranceView::text, "What was understood")
      .field("end", &UtteranceView::end, "Where it ends in the sound", schema::unit("s"));
}

struct RecordingView {
  std::string state;
  std::string problem;
  double duration = 0;
  double offset = 0;
  std::int64_t bytes = 0;
  std::string content_type;
  std::int64_t width = 0;
  std::int64_t height = 0;
  Timestamp created_at;
};

inline auto describe(schema::Tag<RecordingView>) {
  return schema::object<RecordingView>("RecordingView", "What was recorded of a take")
      .field("state", &RecordingView::state, "processing, ready (to be played) or failed")
      .field("problem", &RecordingView::problem, "Why it failed; empty when it did not")
      .field("duration", &RecordingView::duration, "Its length; 0 until it is ready",
             schema::unit("s"))
      .field("offset", &RecordingView::offset, "Where in the take's sound it begins",
             schema::unit("s"))
      .field("bytes", &RecordingView::bytes, "Size of its file")
      .field("contentType", &RecordingView::content_type, "Media type of its file")
      .field("width", &RecordingView::width, "Of the picture, in points")
      .field("height", &RecordingView::height, "Of the picture, in points")
      .field("createdAt", &RecordingView::created_at, "When it had come in");
}

struct TakeView {
  std::string session_id;
  std::string status;
  std::string language;
  Layout layout = Layout::fullscreen;
  double duration = 0;
  Timestamp created_at;
  std::optional<Timestamp> ended_at;
  std::vector<UtteranceView> transcript;
  std::optional<std::string> video_url;
  std::optional<RecordingView> recording;
};

inline auto describe(schema::Tag<TakeView>) {
  return schema::object<TakeView>("TakeView", "A take")
      .field("sessionId", &TakeView::session_id, "Its id")
      .field("status", &TakeView::status, "connected, processing or completed")
      .field("language", &TakeView::language, "Language of the speech")
      .field("layout", &TakeView::layout, "Where clip and speaker stood at first")
      .field("duration", &TakeView::duration,
             "Of the sound received; up to 5 s behind while the take goes on", schema::unit("s"))
      .field("createdAt", &TakeView::created_at, "When it was opened")
      .field("endedAt", &TakeView::ended_at, "When it ended; absent while it goes on")
      .field("transcript", &TakeView::transcript, "Finals, in order; in a list of takes left empty")
      .field("videoUrl", &TakeView::video_url,
             "Where the recording is served; absent when there is none that can be played")
      .field("recording", &TakeView::recording, "What there is of it; absent when there is none");
}

/// Opens, lists and shows takes with their recordings, and lets clients into their live sessions.
class TakeRoutes {
 public:
  /// @param settings  of the app: what a recording of a take keeps of them
  TakeRoutes(app::Services& services, TakeStore& takes, DirectorSettings settings)
      : services_(services), takes_(takes), settings_(std::move(settings)) {}

  void mount();

 private:
  Task<http::Created<OpenedTake>> open(Call call, OpenTake wanted);
  Task<TakeView> show(Call call, TakeId id);
  Task<> add_recordings(Call call, std::vector<TakeView*> takes);
  Task<http::Page<TakeView>> list(Call call, ListTakes query);
  Task<http::NoContent> end(Call call, TakeId id);
  void begin(live::Session& session, const OpenTake& wanted);

  app::Services& services_;
  TakeStore& takes_;
  DirectorSettings settings_;
};

}  // namespace antiphon::director
