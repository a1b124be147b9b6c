#include "engine/http/compress.h"

#include <zlib.h>

#include "engine/base/error.h"
#include "engine/http/headers.h"

namespace antiphon::http {

namespace {

std::string_view trim(std::string_view text) {
  auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// "q=0", "q=0.0", "q=0.000": not acceptable.
bool is_refused(std::string_view parameters) {
  std::string_view weight = trim(parameters);
  return weight.starts_with("q=0") && weight.find_first_not_of("0.", 2) == std::string_view::npos;
}

}  // namespace

bool accepts_gzip(std::string_view accept_encoding) {
  bool accepts_any = false;
  while (!accept_encoding.empty()) {
    auto comma = accept_encoding.find(',');
    std::string_view item = accept_encoding.substr(0, comma);
    accept_encoding =
        comma == std::string_view::npos ? std::string_view() : accept_encoding.substr(comma + 1);
    auto semicolon = item.find(';');
    std::string_view coding = trim(item.substr(0, semicolon));
    bool accepted = semicolon == std::string_view::npos || !is_refused(item.substr(semicolon + 1));
    if (equal_ignoring_case(coding, "gzip")) return accepted;
    if (coding == "*") accepts_any = accepted;
  }
  return accepts_any;
}

bool is_compressible(std::string_view content_type) {
  std::string_view type = trim(content_type.substr(0, content_type.find(';')));
  return type.starts_with("text/") || type == "application/json" || type.ends_with("+json") ||
         type == "application/javascript" || type == "application/xml" || type.ends_with("+xml") ||
         type == "application/wasm";
}

std::string gzip(std::string_view bytes) {
  constexpr int window_bits_of_gzip = 15 + 16;  // zlib.h, deflateInit2
  constexpr int memory_level = 8;
  z_stream stream{};
  int ready = deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, window_bits_of_gzip, memory_level,
                           Z_DEFAULT_STRATEGY);
  ENSURE(ready == Z_OK, "zlib has no memory");
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  int ended = deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  ENSURE(ended == Z_STREAM_END, "deflateBound gives room for all");
  return out;
}

}  // namespace antiphon::http
