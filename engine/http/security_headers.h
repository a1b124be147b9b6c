#pragma once

#include <span>
#include <string_view>
#include <utility>

namespace antiphon::http {

/// What every answer carries (E-17) where the handler sets nothing of its own.
/// @param is_secure  the client reached us over TLS: HSTS makes sense only then (RFC 6797, 7.2)
std::span<const std::pair<std::string_view, std::string_view>> security_headers(bool is_secure);

/// The same as header lines, made once.
std::string_view security_text(bool is_secure);

}  // namespace antiphon::http
