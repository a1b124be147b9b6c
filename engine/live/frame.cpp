#include "engine/live/frame.h"

#include <cstring>

namespace antiphon::live {
namespace {

constexpr char final_bit = '\x80';
constexpr char mask_bit = '\x80';
constexpr char length_16_bits = 126;
constexpr char length_64_bits = 127;

void append_big_endian(std::string& out, std::uint64_t number, int bytes) {
  for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8)
    out += static_cast<char>(number >> shift);
}

void append_length(std::string& out, std::size_t length, char masked) {
  if (length <= control_bytes_max) {
    out += static_cast<char>(masked | static_cast<char>(length));
  } else if (length <= 0xffff) {
    out += static_cast<char>(masked | length_16_bits);
    append_big_endian(out, length, 2);
  } else {
    out += static_cast<char>(masked | length_64_bits);
    append_big_endian(out, length, 8);
  }
}

}  // namespace

Frame::Frame(Opcode opcode, std::string_view payload, std::optional<Mask> mask) {
  wire.reserve(payload.size() + 14);
  wire += static_cast<char>(final_bit | static_cast<char>(opcode));
  append_length(wire, payload.size(), mask ? mask_bit : '\0');
  if (mask) wire.append(mask->data(), mask->size());
  header_bytes = wire.size();
  wire += payload;
  if (mask) apply_mask(std::span(wire).subspan(header_bytes), *mask, 0);
}

Frame::Frame(std::string_view front, std::string_view back) {
  std::size_t size = front.size() + back.size();
  wire.reserve(size + 10);
  wire += static_cast<char>(final_bit | static_cast<char>(Opcode::text));
  append_length(wire, size, '\0');
  header_bytes = wire.size();
  wire.append(front).append(back);
}

void apply_mask(std::span<char> bytes, const Mask& mask, std::size_t offset) {
  Mask turned;
  for (std::size_t i = 0; i < 4; ++i) turned[i] = mask[(offset + i) % 4];
  std::uint64_t wide = 0;
  std::memcpy(&wide, turned.data(), 4);
  std::memcpy(reinterpret_cast<char*>(&wide) + 4, turned.data(), 4);
  std::size_t at = 0;
  for (; at + 8 <= bytes.size(); at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + at, 8);
    word ^= wide;
    std::memcpy(bytes.data() + at, &word, 8);
  }
  for (; at < bytes.size(); ++at) bytes[at] = static_cast<char>(bytes[at] ^ turned[at % 4]);
}

}  // namespace antiphon::live
