#include "apps/director/library/content.h"

#include <fstream>

#include "engine/base/encoding.h"
#include "engine/base/error.h"
#include "engine/http/upload.h"

namespace antiphon::director {
namespace {

constexpr std::size_t arriving_bytes = std::size_t{64} << 10;

Task<std::string> give(std::shared_ptr<std::string> left) { co_return std::exchange(*left, {}); }

// The next piece of a file that is open; empty at its end.
std::string read_piece(std::ifstream& file) {
  if (!file) return {};
  std::string piece(http::upload_piece_bytes, '\0');
  file.read(piece.data(), static_cast<std::streamsize>(piece.size()));
  piece.resize(static_cast<std::size_t>(file.gcount()));
  if (file.bad()) throw Error(Code::unavailable, "A file cannot be read.");
  return piece;
}

Task<std::string> receive_piece(const http::Request* request) {
  std::string piece(http::upload_piece_bytes, '\0');
  std::size_t filled = 0;
  while (filled < piece.size()) {
    std::size_t count = co_await request->read_some(std::span(piece).subspan(filled));
    if (count == 0) break;
    filled += count;
  }
  piece.resize(filled);
  co_return piece;
}

Task<std::string> receive_some(const http::Request* request) {
  std::string piece(arriving_bytes, '\0');
  piece.resize(co_await request->read_some(piece));
  co_return piece;
}

}  // namespace

store::BlobSource content_of(std::string bytes) {
  return [left = std::make_shared<std::string>(std::move(bytes))] { return give(left); };
}

store::BlobSource content_of(std::filesystem::path path, Pool& files, Instant deadline) {
  auto file = std::make_shared<std::ifstream>(path, std::ios::binary);
  if (!*file) throw Error(Code::unavailable, "A file cannot be opened.").detail(path.string());
  return [file, &files, deadline] {
    return files.run(WorkClass::batch, deadline,
                     [file](const StopFlag&) { return read_piece(*file); });
  };
}

store::BlobSource content_of(const http::Request& request) {
  return [kept = &request] { return receive_piece(kept); };
}

store::BlobSource arriving(const http::Request& request) {
  return [kept = &request] { return receive_some(kept); };
}

Task<http::Response> serve_blob(store::BlobStore& blobs, Call call, std::string hash,
                                std::string content_type, std::string cache_control) {
  auto path = co_await blobs.local_file(call.deadline(), hash);
  co_return http::Response{.body = http::File{.path = path,
                                              .content_type = std::move(content_type),
                                              .etag = '"' + hash + '"',
                                              .cache_control = std::move(cache_control)}};
}

bool is_lasting(const Error& error) {
  switch (error.code()) {
    case Code::invalid:
    case Code::unsupported:
    case Code::unprocessable:
    case Code::too_large:
    case Code::quota_exceeded: return true;
    default: return false;
  }
}

std::string attachment(std::string_view file_name) {
  std::string plain;
  for (char c : file_name) {
    bool is_plain = c >= 0x20 && c < 0x7f && c != '"' && c != '\\' && c != '%';
    plain.push_back(is_plain ? c : '_');
  }
  return fmt::format("attachment; filename=\"{}\"; filename*=UTF-8''{}", plain,
                     to_percent(file_name));
}

}  // namespace antiphon::director
