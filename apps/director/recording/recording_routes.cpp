#include "apps/director/recording/recording_routes.h"

#include "apps/director/library/content.h"
#include "engine/base/ids.h"
#include "engine/http/router.h"

namespace antiphon::director {
namespace {

constexpr int no_content = 204;

std::string take_in(const http::Request& request) {
  const std::string& id = request.parameter("sessionId");
  if (!is_id(id, "ses")) throw Error(Code::not_found, "No such take.");
  return id;
}

}  // namespace

void RecordingRoutes::mount() {
  const std::string path = "/api/v1/director/sessions/{sessionId}/recording";
  services_.router.add({.path = path,
                        .permission = "director:session:read",
                        .summary = "The recording of a take; takes Range",
                        .media_type = "video/*"},
                       this, &RecordingRoutes::serve);
  services_.router.add({.method = http::Method::del,
                        .path = path,
                        .permission = "director:session:edit",
                        .rate = http::RateClass::write,
                        .summary = "Delete the recording of a take with its file",
                        .success = no_content},
                       this, &RecordingRoutes::remove);
}

// One that is not ready, or failed, is given as it was sent: nothing that was recorded is lost.
Task<http::Response> RecordingRoutes::serve(Call call, http::Request request) {
  Recording recording = co_await recordings_.find(call, take_in(request));
  // Another recording may take its place: a kept copy is asked for again, by its hash.
  co_return co_await serve_blob(services_.blobs, call, recording.content_hash,
                                recording.content_type, "private, no-cache");
}

Task<http::Response> RecordingRoutes::remove(Call call, http::Request request) {
  co_await recordings_.remove(call, take_in(request));
  co_return http::Response{.status = no_content};
}

}  // namespace antiphon::director
