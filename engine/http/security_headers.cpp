#include "engine/http/security_headers.h"

namespace antiphon::http {

namespace {

// What our own pages need and nothing more: sound and pictures also from memory, sockets to where
// the page came from, the audio worklet from memory.
constexpr std::string_view content_security_policy =
    "default-src 'self'; media-src 'self' blob:; img-src 'self' data: blob:; "
    "style-src 'self' 'unsafe-inline'; connect-src 'self' ws: wss:; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

}  // namespace

void add_security_headers(Headers& headers, bool is_secure) {
  headers.set_default("Content-Security-Policy", content_security_policy);
  headers.set_default("X-Content-Type-Options", "nosniff");
  headers.set_default("Referrer-Policy", "no-referrer");
  headers.set_default("Permissions-Policy", "camera=(self), microphone=(self), geolocation=()");
  headers.set_default("Cross-Origin-Opener-Policy", "same-origin");
  if (is_secure) headers.set_default("Strict-Transport-Security", "max-age=31536000");
}

}  // namespace antiphon::http
