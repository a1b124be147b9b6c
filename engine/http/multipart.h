#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/http/headers.h"

namespace antiphon::http {

/// One part of a form (RFC 7578).
struct Part {
  std::string name;
  std::optional<std::string> file_name;  ///< as sent: never a path to write to
  std::string content_type;              ///< "" when not given
  std::string_view content;              ///< into the body that was parsed
};

inline constexpr std::size_t parts_max = 100;
inline constexpr std::size_t part_head_bytes_max = 4096;

/// The parts of a multipart/form-data body that is in memory, which the route's limit bounds. The
/// body outlives the parts.
/// @param content_type  the header: multipart/form-data; boundary=…
/// @throws Error{Code::unsupported} for another type, Error{Code::invalid} for a broken body
std::vector<Part> parse_multipart(std::string_view content_type, std::string_view body);

}  // namespace antiphon::http
