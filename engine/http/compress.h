#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>

namespace antiphon::http {

/// How the bytes of a body are packed (RFC 9110, 8.4.1).
enum class Coding { identity, gzip, brotli };

/// "identity", "gzip", "br"
std::string_view to_text(Coding coding);

inline constexpr std::array every_coding{Coding::brotli, Coding::gzip};

/// What of `offered` a client takes best by its Accept-Encoding header (RFC 9110, 12.5.3): the
/// highest weight, the first where they are equal; identity when it takes none. A broken weight
/// refuses its coding.
Coding choose_coding(std::string_view accept_encoding,
                     std::span<const Coding> offered = every_coding);

/// The entity tag of what `etag` stands for, in a coding: `"1a2b"` is `"1a2b-br"` there.
/// @param coding  as in Content-Encoding; "" and "identity" change nothing
std::string etag_in(std::string_view coding, std::string_view etag);

/// Whether bodies of this content type get smaller: text, JSON, JavaScript, XML, SVG.
bool is_compressible(std::string_view content_type);

/// Smaller bodies gain nothing; larger ones would hold up the core (1 MiB takes some 10 ms).
inline constexpr std::size_t compressed_bytes_min = 1024;
inline constexpr std::size_t compressed_bytes_max = std::size_t{1} << 20;

/// The whole of `bytes` in a coding, as fast as it goes.
std::string compress(Coding coding, std::string_view bytes);

}  // namespace antiphon::http
