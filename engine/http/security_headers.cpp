#include "engine/http/security_headers.h"

namespace antiphon::http {

namespace {

// What our own pages need and nothing more: sound and pictures also from memory, sockets to where
// the page came from, the audio worklet from memory.
constexpr std::string_view content_security_policy =
    "default-src 'self'; media-src 'self' blob:; img-src 'self' data: blob:; "
    "style-src 'self' 'unsafe-inline'; connect-src 'self' ws: wss:; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

using Field = std::pair<std::string_view, std::string_view>;

constexpr std::array fields{
    Field{"Content-Security-Policy", content_security_policy},
    Field{"X-Content-Type-Options", "nosniff"},
    Field{"Referrer-Policy", "no-referrer"},
    Field{"Permissions-Policy", "camera=(self), microphone=(self), geolocation=()"},
    Field{"Cross-Origin-Opener-Policy", "same-origin"},
    Field{"Strict-Transport-Security", "max-age=31536000"},  // last: only over TLS
};

}  // namespace

std::span<const Field> security_headers(bool is_secure) {
  return std::span(fields).first(is_secure ? fields.size() : fields.size() - 1);
}

std::string_view security_text(bool is_secure) {
  static constexpr auto text_of = [](bool secure) {
    std::string text;
    for (auto [name, value] : security_headers(secure)) {
      text += fmt::format("{}: {}\r\n", name, value);
    }
    return text;
  };
  static const std::array<std::string, 2> texts{text_of(false), text_of(true)};
  return texts[is_secure ? 1 : 0];
}

}  // namespace antiphon::http
