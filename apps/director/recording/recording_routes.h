#pragma once

#include "apps/director/recording/recordings.h"
#include "engine/app/services.h"

namespace antiphon::director {

/// Serves and deletes the recordings of takes. They come in by the routes of uploads.
class RecordingRoutes {
 public:
  RecordingRoutes(app::Services& services, Recordings& recordings)
      : services_(services), recordings_(recordings) {}

  void mount();

 private:
  Task<http::Response> serve(Call call, http::Request request);
  Task<http::Response> remove(Call call, http::Request request);

  app::Services& services_;
  Recordings& recordings_;
};

}  // namespace antiphon::director
