#include "engine/http/static_folder.h"

#include "engine/base/error.h"
#include "engine/http/compress.h"

namespace antiphon::http {

namespace {

namespace fs = std::filesystem;

constexpr std::array<std::pair<std::string_view, std::string_view>, 22> content_types{{
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".mjs", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json"},
    {".map", "application/json"},
    {".webmanifest", "application/manifest+json"},
    {".txt", "text/plain; charset=utf-8"},
    {".md", "text/markdown; charset=utf-8"},
    {".vtt", "text/vtt; charset=utf-8"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".jpg", "image/jpeg"},
    {".webp", "image/webp"},
    {".ico", "image/vnd.microsoft.icon"},
    {".woff2", "font/woff2"},
    {".wasm", "application/wasm"},
    {".wav", "audio/wav"},
    {".mp3", "audio/mpeg"},
    {".mp4", "video/mp4"},
    {".webm", "video/webm"},
    {".pdf", "application/pdf"},
}};

// Vite puts a hash of the content into the names below assets/, so they never change.
bool is_hashed(std::string_view name) { return name.starts_with("assets/"); }

bool is_page(const Request& request) { return request.headers.get("Accept").contains("text/html"); }

bool is_api(std::string_view path) { return path.starts_with("/api/") || path.starts_with("/ws/"); }

}  // namespace

std::string_view content_type_of(std::string_view file_name) {
  for (auto [ending, type] : content_types) {
    if (file_name.ends_with(ending)) return type;
  }
  return "application/octet-stream";
}

StaticFolder::StaticFolder(const fs::path& folder, Options options) : options_(std::move(options)) {
  if (!fs::is_directory(folder)) {
    throw Error(Code::not_found, fmt::format("There is no folder {}.", folder.string()));
  }
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_symlink() || !entry.is_regular_file()) continue;
    ENSURE(files_.size() < options_.files_max, "a folder of pages has a bounded number of files");
    std::string name = entry.path().lexically_relative(folder).generic_string();
    File file{.path = entry.path(), .content_type = std::string(content_type_of(name))};
    if (is_hashed(name)) file.cache_control = "public, max-age=31536000, immutable";
    files_.emplace(std::move(name), std::move(file));
  }
}

void StaticFolder::mount(Router& router) {
  auto ready = [](Response response) -> Task<Response> { co_return response; };
  router.add({.path = options_.prefix + "{name...}",
              .permission = std::string(public_permission),
              .name = "static" + options_.prefix,
              .is_hidden = true},
             [this, ready](Call, Request request) {
               return ready(serve(request, request.parameter("name")));
             });
}

Response StaticFolder::serve(const Request& request, const std::string& name) const {
  auto found = files_.find(name.empty() ? "index.html" : name);
  if (found == files_.end() && is_page(request) && !is_api(request.path)) {
    found = files_.find(options_.fallback);
  }
  if (found == files_.end()) throw Error(Code::not_found, "There is nothing at this path.");
  Response response{.body = found->second};
  // Files that the build packed lie beside the plain ones.
  auto gzip = files_.find(found->first + ".gz");
  auto brotli = files_.find(found->first + ".br");
  if (gzip == files_.end() && brotli == files_.end()) return response;
  response.headers.set("Vary", "Accept-Encoding");
  std::vector<Coding> offered;
  if (brotli != files_.end()) offered.push_back(Coding::brotli);
  if (gzip != files_.end()) offered.push_back(Coding::gzip);
  Coding coding = choose_coding(request.headers.get("Accept-Encoding"), offered);
  if (coding == Coding::identity) return response;
  File file = (coding == Coding::brotli ? brotli : gzip)->second;
  file.content_type = found->second.content_type;
  response.headers.set("Content-Encoding", to_text(coding));
  response.body = std::move(file);
  return response;
}

}  // namespace antiphon::http
