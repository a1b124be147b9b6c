#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "engine/http/refusal.h"

namespace antiphon::http {

/// What a request asks for.
struct Target {
  std::string path;   ///< begins with "/", or is "*"
  std::string query;  ///< without the "?"
};

/// Reads the target of a request line (RFC 9112, 3.2). Taken are the origin form, the absolute form
/// when it names the same host as the Host header, and "*". Refused are characters that RFC 3986
/// does not allow, broken percent-encoding, parts that are "." or ".." however written, and encoded
/// slashes, backslashes and control characters: they mean different things to different readers.
std::expected<Target, Refusal> parse_target(std::string_view target, std::string_view host);

}  // namespace antiphon::http
