#pragma once

#include <map>

#include "apps/director/library/clip_news.h"
#include "engine/app/services.h"
#include "engine/http/reply.h"
#include "engine/live/handler.h"

namespace antiphon::director {

struct ClipChanged {
  std::string asset_id;
  std::string state;
  std::string problem;
};

inline auto describe(schema::Tag<ClipChanged>) {
  return schema::object<ClipChanged>("ClipChanged", "What has become of a clip")
      .field("assetId", &ClipChanged::asset_id, "Which")
      .field("state", &ClipChanged::state, "processing, ready, failed or deleted")
      .field("problem", &ClipChanged::problem, "Why it failed; empty when it did not");
}

inline const live::EventType clip_changed{
    .name = "clip_changed",
    .lane = live::Lane::control,
    .body = &schema::of<ClipChanged>,
    .doc = "A clip of the library is new, has changed or is gone."};

struct ClipProgress {
  std::string asset_id;
  double progress = 0;
};

inline auto describe(schema::Tag<ClipProgress>) {
  return schema::object<ClipProgress>("ClipProgress", "How far a clip's preparation is")
      .field("assetId", &ClipProgress::asset_id, "Which")
      .field("progress", &ClipProgress::progress, "0 to 1");
}

struct LibraryProgress {
  std::vector<ClipProgress> clips;
};

inline auto describe(schema::Tag<LibraryProgress>) {
  return schema::object<LibraryProgress>("LibraryProgress", "How far preparations are")
      .field("clips", &LibraryProgress::clips, "All that are under way");
}

inline const live::EventType library_progress{
    .name = "library_progress",
    .lane = live::Lane::meter,
    .body = &schema::of<LibraryProgress>,
    .doc = "How far the preparations of clips are; the next one replaces it."};

std::vector<const live::EventType*> watch_events();

/// A live session in which somebody sees what becomes of a tenant's clips.
class LibraryWatch final : public live::Handler {
 public:
  LibraryWatch(app::Changes& changes, live::Session& session);

  /// @throws Error{Code::invalid}: nothing can be said to it
  void on_message(const live::Message& message) override;
  /// Preparations under way.
  std::string snapshot() override;

 private:
  void hear(const std::string& json);
  LibraryProgress under_way() const;

  live::Session& session_;
  std::map<std::string, double> progress_;  ///< by clip
  app::Changes::Subscription news_;
};

struct OpenedWatch {
  std::string session_id;
  std::string ws_url;
};

inline auto describe(schema::Tag<OpenedWatch>) {
  return schema::object<OpenedWatch>("OpenedWatch", "Where the library can be watched")
      .field("sessionId", &OpenedWatch::session_id, "Id of the session")
      .field("wsUrl", &OpenedWatch::ws_url, "Path of its WebSocket");
}

/// The ways to a library's live sessions.
class WatchRoutes {
 public:
  explicit WatchRoutes(app::Services& services) : services_(services) {}

  void mount();

 private:
  Task<http::Created<OpenedWatch>> open(Call call);

  app::Services& services_;
};

}  // namespace antiphon::director
