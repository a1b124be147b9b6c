#pragma once

#include "apps/director/upload/uploads.h"
#include "engine/app/services.h"
#include "engine/http/reply.h"

namespace antiphon::director {

struct UploadView {
  std::string upload_id;
  std::string state;
  std::int64_t bytes = 0;
  std::int64_t received = 0;
  std::string asset_id;
  std::string problem;
  Timestamp created_at;
  Timestamp expires_at;
};

inline auto describe(schema::Tag<UploadView>) {
  return schema::object<UploadView>("UploadView", "A file that arrives in parts")
      .field("uploadId", &UploadView::upload_id, "Its id")
      .field("state", &UploadView::state, "open, taken (it is a clip, or a recording) or refused")
      .field("bytes", &UploadView::bytes, "Its size when whole; 0 until that is told")
      .field("received", &UploadView::received, "Bytes that are safe")
      .field("assetId", &UploadView::asset_id,
             "The clip it has become; empty until then, and of a recording")
      .field("problem", &UploadView::problem, "Why it was refused; empty when it was not")
      .field("createdAt", &UploadView::created_at, "When it began")
      .field("expiresAt", &UploadView::expires_at, "Until when it is kept");
}

struct UploadId {
  std::string upload_id;
};

inline auto describe(schema::Tag<UploadId>) {
  return schema::object<UploadId>("UploadId")
      .field("uploadId", &UploadId::upload_id, "Id of the upload", schema::id("upl"));
}

/// Resumable uploads by tus 1.0.0. Every answer has Tus-Resumable; errors are problems as
/// everywhere.
class UploadRoutes {
 public:
  UploadRoutes(app::Services& services, Uploads& uploads)
      : services_(services), uploads_(uploads) {}

  void mount();

 private:
  using Work = Task<http::Response> (UploadRoutes::*)(Call, const http::Request*);
  void add(http::RouteInfo info, Work work);
  Task<http::Response> answer(Work work, Call call, http::Request request);

  Task<http::Response> offer(Call call, const http::Request* request);
  Task<http::Response> create(Call call, const http::Request* request);
  Task<http::Response> tell(Call call, const http::Request* request);
  Task<http::Response> append(Call call, const http::Request* request);
  Task<http::Response> remove(Call call, const http::Request* request);
  Task<http::Response> overridden(Call call, const http::Request* request);
  Task<UploadView> show(Call call, UploadId id);
  Task<PartialUpload> append_to(Call call, std::string id, std::uint64_t offset,
                                const http::Request* request);

  app::Services& services_;
  Uploads& uploads_;
};

}  // namespace antiphon::director
