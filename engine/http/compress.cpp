#include "engine/http/compress.h"

#include <brotli/encode.h>
#include <zlib.h>

#include <optional>
#include <tuple>

#include "engine/base/error.h"
#include "engine/http/field_value.h"
#include "engine/http/headers.h"

namespace antiphon::http {

namespace {

// "q=0.5" in thousandths; nothing said: 1000; broken: 0.
int weight_of(std::string_view parameters) {
  parameters = trim(parameters);
  if (parameters.empty()) return 1000;
  if (!parameters.starts_with("q=") && !parameters.starts_with("Q=")) return 0;
  std::string_view digits = parameters.substr(2);
  bool is_one = digits.starts_with('1');
  if (digits.empty() || digits.size() > 5 || (!is_one && digits[0] != '0')) return 0;
  if (digits.size() > 1 && digits[1] != '.') return 0;
  int weight = is_one ? 1000 : 0;
  int place = 100;
  for (char c : digits.substr(std::min<std::size_t>(2, digits.size()))) {
    if (c < '0' || c > '9' || (is_one && c != '0')) return 0;
    weight += (c - '0') * place;
    place /= 10;
  }
  return weight;
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

std::string brotli(std::string_view bytes) {
  constexpr int quality = 4;  // of 11: the higher ones are for what is packed once
  constexpr int window_bits = 18;
  std::size_t size = BrotliEncoderMaxCompressedSize(bytes.size());
  std::string out(size, '\0');
  int done = BrotliEncoderCompress(quality, window_bits, BROTLI_MODE_TEXT, bytes.size(),
                                   reinterpret_cast<const std::uint8_t*>(bytes.data()), &size,
                                   reinterpret_cast<std::uint8_t*>(out.data()));
  ENSURE(done == BROTLI_TRUE, "brotli has memory");
  out.resize(size);
  return out;
}

}  // namespace

std::string_view to_text(Coding coding) {
  switch (coding) {
    case Coding::identity: return "identity";
    case Coding::gzip: return "gzip";
    case Coding::brotli: return "br";
  }
  return "?";
}

Coding choose_coding(std::string_view accept_encoding, std::span<const Coding> offered) {
  std::array<std::optional<int>, 3> weights;  // by Coding
  int other_weight = 0;
  while (!accept_encoding.empty()) {
    auto comma = accept_encoding.find(',');
    std::string_view item = accept_encoding.substr(0, comma);
    accept_encoding =
        comma == std::string_view::npos ? std::string_view() : accept_encoding.substr(comma + 1);
    auto semicolon = item.find(';');
    std::string_view name = trim(item.substr(0, semicolon));
    int weight = semicolon == std::string_view::npos ? 1000 : weight_of(item.substr(semicolon + 1));
    if (name == "*") other_weight = weight;
    for (Coding coding : {Coding::identity, Coding::gzip, Coding::brotli}) {
      if (equal_ignoring_case(name, to_text(coding))) weights[static_cast<int>(coding)] = weight;
    }
  }
  Coding best = Coding::identity;
  // Without a word about it, identity is what is left when nothing else is taken.
  int best_weight = std::max(weights[static_cast<int>(Coding::identity)].value_or(0) - 1, 0);
  for (Coding coding : offered) {
    int weight = weights[static_cast<int>(coding)].value_or(other_weight);
    if (weight > best_weight) std::tie(best, best_weight) = std::pair(coding, weight);
  }
  return best;
}

std::string etag_in(std::string_view coding, std::string_view etag) {
  if (coding.empty() || coding == to_text(Coding::identity)) return std::string(etag);
  ENSURE(etag.size() >= 2 && etag.ends_with('"'), "an entity tag has its quotes");
  etag.remove_suffix(1);
  return fmt::format("{}-{}\"", etag, coding);
}

bool is_compressible(std::string_view content_type) {
  std::string_view type = trim(content_type.substr(0, content_type.find(';')));
  return type.starts_with("text/") || type == "application/json" || type.ends_with("+json") ||
         type == "application/javascript" || type == "application/xml" || type.ends_with("+xml") ||
         type == "application/wasm";
}

std::string compress(Coding coding, std::string_view bytes) {
  switch (coding) {
    case Coding::gzip: return gzip(bytes);
    case Coding::brotli: return brotli(bytes);
    default: return std::string(bytes);
  }
}

}  // namespace antiphon::http
