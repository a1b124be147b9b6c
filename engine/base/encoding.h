#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace antiphon {

std::string to_hex(std::string_view bytes);
std::optional<std::string> parse_hex(std::string_view text);

/// RFC 4648 with padding.
std::string to_base64(std::string_view bytes);
/// Canonical RFC 4648 only: right length, right padding, no stray bits; nothing otherwise.
std::optional<std::string> parse_base64(std::string_view text);
/// The URL alphabet without padding.
std::string to_base64url(std::string_view bytes);
std::optional<std::string> parse_base64url(std::string_view text);

/// Percent-decodes a path or query part. `plus_is_space` as in form encoding.
std::optional<std::string> parse_percent(std::string_view text, bool plus_is_space = false);
std::string to_percent(std::string_view text);

using Sha256 = std::array<std::byte, 32>;
Sha256 sha256(std::string_view bytes);
std::string sha256_hex(std::string_view bytes);
/// SHA-1, for the WebSocket handshake only (RFC 6455, 4.2.2).
std::string sha1(std::string_view bytes);
/// CRC-32C (Castagnoli), the check of log records.
std::uint32_t crc32c(std::string_view bytes);

/// Compares secrets in a time that does not depend on where they differ.
bool equal_secrets(std::string_view a, std::string_view b);

/// Whether `text` is well-formed UTF-8 (no overlong forms, no surrogates, at most U+10FFFF).
bool is_utf8(std::string_view text);

}  // namespace antiphon
