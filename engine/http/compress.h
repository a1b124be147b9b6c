#pragma once

#include <string>
#include <string_view>

namespace antiphon::http {

/// Whether an Accept-Encoding header takes gzip (RFC 9110, 12.5.3): named, or "*", and not q=0.
bool accepts_gzip(std::string_view accept_encoding);

/// Whether bodies of this content type get smaller: text, JSON, JavaScript, XML, SVG.
bool is_compressible(std::string_view content_type);

/// Smaller bodies gain nothing; larger ones would hold up the core (1 MiB takes some 10 ms).
inline constexpr std::size_t compressed_bytes_min = 1024;
inline constexpr std::size_t compressed_bytes_max = std::size_t{1} << 20;

std::string gzip(std::string_view bytes);

}  // namespace antiphon::http
