#include "apps/director/upload/upload_routes.h"

#include "apps/director/library/content.h"
#include "engine/base/ids.h"
#include "engine/http/problem.h"
#include "engine/http/router.h"

namespace antiphon::director {
namespace {

using http::Method;

constexpr std::string_view uploads_path = "/api/v1/director/uploads";
constexpr int precondition_failed = 412;
constexpr int no_content = 204;
constexpr int created = 201;

// "Mon, 30 Nov 2026 22:00:00 GMT" (RFC 9110, 5.6.7).
std::string http_date(Timestamp time) {
  auto seconds = std::chrono::time_point_cast<std::chrono::seconds>(time);
  std::time_t clock = seconds.time_since_epoch().count();
  std::tm parts{};
  ::gmtime_r(&clock, &parts);
  std::string text(64, '\0');
  text.resize(std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts));
  return text;
}

void expect_version(const http::Request& request) {
  if (request.headers.get("Tus-Resumable") == tus_version) return;
  throw TusError(precondition_failed, Code::unsupported,
                 fmt::format("The header Tus-Resumable must be {}.", tus_version));
}

void expect_part_type(const http::Request& request) {
  if (request.headers.get("Content-Type") == tus_content_type) return;
  throw Error(Code::unsupported,
              fmt::format("The bytes of an upload are sent as {}.", tus_content_type));
}

std::uint64_t byte_count(const http::Request& request, std::string_view header) {
  return parse_byte_count(header, request.headers.get(header));
}

// Nothing where it is told later (creation-defer-length).
std::optional<std::uint64_t> told_size(const http::Request& request) {
  const std::string* deferred = request.headers.find("Upload-Defer-Length");
  if (!deferred) return byte_count(request, "Upload-Length");
  if (*deferred != "1") throw Error(Code::invalid, "The header Upload-Defer-Length must be 1.");
  if (request.headers.find("Upload-Length")) {
    throw Error(Code::invalid,
                "An upload says Upload-Length when it begins or Upload-Defer-Length, not both.");
  }
  return std::nullopt;
}

std::string id_in(const http::Request& request) {
  const std::string& id = request.parameter("uploadId");
  if (!is_id(id, "upl")) throw Error(Code::not_found, "There is no such upload.");
  return id;
}

http::Response state_of(const PartialUpload& upload, int status) {
  http::Response response{.status = status};
  response.headers.set("Upload-Offset", std::to_string(upload.received));
  response.headers.set("Upload-Expires", http_date(upload.expires_at));
  if (!upload.asset_id.empty()) response.headers.set("Upload-Asset", upload.asset_id);
  return response;
}

http::Response refusal(int status, const Error& error, const http::Request& request,
                       const Call& call) {
  return http::problem(status, error, request.path, call.trace_id());
}

}  // namespace

void UploadRoutes::mount() {
  const std::string uploads(uploads_path);
  const std::string one = uploads + "/{uploadId}";
  auto route = [](Method method, std::string path, std::string summary, int success) {
    return http::RouteInfo{.method = method,
                           .path = std::move(path),
                           .permission = "director:asset:create",
                           .rate = http::RateClass::upload,
                           .summary = std::move(summary),
                           .success = success,
                           .body_bytes_max = clip_bytes_max,
                           .media_type = "text/plain",
                           .takes_key = false};
  };
  http::RouteInfo offered = route(Method::options, uploads, "What of tus is served", no_content);
  offered.permission = http::public_permission;
  add(std::move(offered), &UploadRoutes::offer);
  add(route(Method::post, uploads, "Begin a resumable upload (tus 1.0)", created),
      &UploadRoutes::create);
  add(route(Method::head, one, "How far a resumable upload is", no_content), &UploadRoutes::tell);
  add(route(Method::patch, one, "Send bytes of a resumable upload", no_content),
      &UploadRoutes::append);
  add(route(Method::del, one, "Give a resumable upload up", no_content), &UploadRoutes::remove);
  add(route(Method::post, one, "PATCH, DELETE or HEAD, as X-HTTP-Method-Override says", no_content),
      &UploadRoutes::overridden);
  services_.router.add({.path = one,
                        .permission = "director:asset:create",
                        .rate = http::RateClass::upload,
                        .summary = "A resumable upload, and what became of it"},
                       this, &UploadRoutes::show);
}

void UploadRoutes::add(http::RouteInfo info, Work work) {
  services_.router.add(std::move(info), [this, work](Call call, http::Request request) {
    return answer(work, std::move(call), std::move(request));
  });
}

Task<http::Response> UploadRoutes::answer(Work work, Call call, http::Request request) {
  http::Response response;
  try {
    if (request.method != Method::options) expect_version(request);
    response = co_await (this->*work)(call, &request);
  } catch (const TusError& error) {
    response = refusal(error.status(), error, request, call);
  } catch (const Error& error) {
    if (error.code() == Code::internal) throw;
    response = refusal(http::status_of(error.code()), error, request, call);
  }
  response.headers.set("Tus-Resumable", tus_version);
  if (response.status == precondition_failed) response.headers.set("Tus-Version", tus_version);
  response.headers.set_default("Cache-Control", "no-store");
  co_return response;
}

Task<http::Response> UploadRoutes::offer(Call, const http::Request* request) {
  http::Response response =
      http::answer_options(*request, services_.origins, {Method::post, Method::options});
  response.headers.set("Tus-Version", tus_version);
  response.headers.set("Tus-Extension", tus_extensions);
  response.headers.set("Tus-Checksum-Algorithm", tus_checksums);
  response.headers.set("Tus-Max-Size", std::to_string(clip_bytes_max));
  co_return response;
}

Task<http::Response> UploadRoutes::create(Call call, const http::Request* request) {
  PartialUpload upload = co_await uploads_.create(
      call, told_size(*request), std::string(request->headers.get("Upload-Metadata")));
  if (request->has_body()) {
    expect_part_type(*request);
    upload = co_await append_to(call, upload.id, 0, request);
  }
  http::Response response = state_of(upload, created);
  response.headers.set("Location", fmt::format("{}/{}", uploads_path, upload.id));
  co_return response;
}

Task<http::Response> UploadRoutes::tell(Call call, const http::Request* request) {
  PartialUpload upload = co_await uploads_.find(call, id_in(*request));
  if (upload.state == UploadState::refused) throw Error(Code::gone, upload.problem);
  http::Response response = state_of(upload, no_content);
  if (upload.bytes == 0) {
    response.headers.set("Upload-Defer-Length", "1");
  } else {
    response.headers.set("Upload-Length", std::to_string(upload.bytes));
  }
  if (!upload.metadata.empty()) response.headers.set("Upload-Metadata", upload.metadata);
  co_return response;
}

Task<http::Response> UploadRoutes::append(Call call, const http::Request* request) {
  expect_part_type(*request);
  std::uint64_t offset = byte_count(*request, "Upload-Offset");
  co_return state_of(co_await append_to(call, id_in(*request), offset, request), no_content);
}

Task<PartialUpload> UploadRoutes::append_to(Call call, std::string id, std::uint64_t offset,
                                            const http::Request* request) {
  NewPart part{.offset = offset, .bytes = arriving(*request)};
  if (const std::string* sum = request->headers.find("Upload-Checksum")) {
    part.checksum = parse_checksum(*sum);
  }
  if (request->headers.find("Upload-Length")) {
    part.length = byte_count(*request, "Upload-Length");
  }
  co_return co_await uploads_.append(call, std::move(id), std::move(part));
}

Task<http::Response> UploadRoutes::remove(Call call, const http::Request* request) {
  co_await uploads_.terminate(call, id_in(*request));
  co_return http::Response{.status = no_content};
}

// For clients whose way knows no PATCH and DELETE; tus wants it heeded.
Task<http::Response> UploadRoutes::overridden(Call call, const http::Request* request) {
  std::string_view method = request->headers.get("X-HTTP-Method-Override");
  if (method == "PATCH") return append(std::move(call), request);
  if (method == "DELETE") return remove(std::move(call), request);
  if (method == "HEAD") return tell(std::move(call), request);
  throw Error(Code::invalid, "The header X-HTTP-Method-Override must be PATCH, DELETE or HEAD.");
}

Task<UploadView> UploadRoutes::show(Call call, UploadId id) {
  PartialUpload upload = co_await uploads_.find(call, id.upload_id);
  co_return UploadView{.upload_id = upload.id,
                       .state = std::string(to_text(upload.state)),
                       .bytes = static_cast<std::int64_t>(upload.bytes),
                       .received = static_cast<std::int64_t>(upload.received),
                       .asset_id = upload.asset_id,
                       .problem = upload.problem,
                       .created_at = upload.created_at,
                       .expires_at = upload.expires_at};
}

}  // namespace antiphon::director
