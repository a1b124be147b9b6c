#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace antiphon::live {

/// RFC 6455, 11.8.
enum class Opcode : std::uint8_t {
  continuation = 0,
  text = 1,
  binary = 2,
  close = 8,
  ping = 9,
  pong = 10
};

constexpr bool is_control(Opcode opcode) { return static_cast<std::uint8_t>(opcode) >= 8; }
constexpr std::size_t control_bytes_max = 125;

using Mask = std::array<char, 4>;

/// One whole frame as it goes over a WebSocket, built once and shared by all who send it.
struct Frame {
  /// @param mask  of a client's frame; a server's has none
  Frame(Opcode opcode, std::string_view payload, std::optional<Mask> mask = std::nullopt);
  /// A text frame of two pieces, as a server sends it.
  Frame(std::string_view front, std::string_view back);

  /// As it was given, unless masked.
  std::string_view payload() const { return std::string_view(wire).substr(header_bytes); }

  std::string wire;
  std::size_t header_bytes = 0;
};

using FramePointer = std::shared_ptr<const Frame>;

inline FramePointer make_text_frame(std::string_view text) {
  return std::make_shared<const Frame>(Opcode::text, text);
}

/// XORs `bytes` with the mask, of which `offset` bytes were used before. Its own inverse.
void apply_mask(std::span<char> bytes, const Mask& mask, std::size_t offset);

}  // namespace antiphon::live
