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

/// Whole frames as they go over a WebSocket, one behind the other: built once, shared by all who
/// send them. False without any.
struct Frames {
  Frames() = default;
  explicit Frames(std::string bytes)
      : owner(std::make_shared<const std::string>(std::move(bytes))), wire(*owner) {}

  explicit operator bool() const { return owner != nullptr; }

  std::shared_ptr<const std::string> owner;
  std::string_view wire;
};

/// @param mask  of a client's frame; a server's has none
Frames make_frame(Opcode opcode, std::string_view payload, std::optional<Mask> mask = std::nullopt);
inline Frames make_text_frame(std::string_view text) { return make_frame(Opcode::text, text); }

/// A text frame without mask whose payload is appended to `wire` between the two: begin gives what
/// end is to be told.
std::size_t begin_text_frame(std::string& wire);
void end_text_frame(std::string& wire, std::size_t begin);
void append_text_frame(std::string& wire, std::string_view text);

/// The payload of the first of such frames, which is taken off the front; nothing when there is
/// none that is whole and right.
std::optional<std::string_view> take_payload(std::string_view& wire);
/// Of the first frame.
inline std::string_view payload_of(const Frames& frames) {
  std::string_view wire = frames.wire;
  return take_payload(wire).value_or(std::string_view());
}

/// XORs `bytes` with the mask, of which `offset` bytes were used before. Its own inverse.
void apply_mask(std::span<char> bytes, const Mask& mask, std::size_t offset);

}  // namespace antiphon::live
