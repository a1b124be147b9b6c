#include "engine/live/frame.h"

#include <algorithm>
#include <cstring>

namespace antiphon::live {
namespace {

constexpr char final_bit = '\x80';
constexpr char text_start = '\x81';
constexpr char mask_bit = '\x80';
constexpr std::uint8_t length_16_bits = 126;
constexpr std::uint8_t length_64_bits = 127;
// Most events are of this size.
constexpr std::size_t usual_header_bytes = 4;

// Bytes that the length takes behind the first two of a header.
std::size_t more_length_bytes(std::size_t length) {
  return length <= control_bytes_max ? 0 : length <= 0xffff ? 2 : 8;
}

// What stands before mask and payload. @return how long it is
std::size_t write_header(std::span<char, 10> header, Opcode opcode, std::size_t length,
                         char masked) {
  std::size_t more = more_length_bytes(length);
  auto short_length = static_cast<std::uint8_t>(length);
  if (more > 0) short_length = more == 2 ? length_16_bits : length_64_bits;
  header[0] = static_cast<char>(final_bit | static_cast<char>(opcode));
  header[1] = static_cast<char>(masked | static_cast<char>(short_length));
  for (std::size_t i = 0; i < more; ++i) {
    header[2 + i] = static_cast<char>(length >> (8 * (more - 1 - i)));
  }
  return 2 + more;
}

}  // namespace

Frames make_frame(Opcode opcode, std::string_view payload, std::optional<Mask> mask) {
  std::array<char, 10> header;
  std::size_t begin = write_header(header, opcode, payload.size(), mask ? mask_bit : '\0');
  std::string wire;
  wire.reserve(begin + (mask ? mask->size() : 0) + payload.size());
  wire.append(header.data(), begin);
  if (mask) wire.append(mask->data(), mask->size());
  std::size_t payload_begin = wire.size();
  wire += payload;
  if (mask) apply_mask(std::span(wire).subspan(payload_begin), *mask, 0);
  return Frames(std::move(wire));
}

std::size_t begin_text_frame(std::string& wire) {
  std::size_t begin = wire.size();
  wire.append(usual_header_bytes, '\0');
  return begin;
}

void end_text_frame(std::string& wire, std::size_t begin) {
  std::array<char, 10> header;
  std::size_t length = wire.size() - begin - usual_header_bytes;
  std::size_t header_bytes = write_header(header, Opcode::text, length, '\0');
  if (header_bytes == usual_header_bytes) {
    std::copy_n(header.begin(), header_bytes, wire.begin() + static_cast<std::ptrdiff_t>(begin));
  } else {
    wire.replace(begin, usual_header_bytes, header.data(), header_bytes);
  }
}

void append_text_frame(std::string& wire, std::string_view text) {
  std::size_t begin = begin_text_frame(wire);
  wire += text;
  end_text_frame(wire, begin);
}

std::optional<std::string_view> take_payload(std::string_view& wire) {
  auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(wire[i]); };
  if (wire.size() < 2) return std::nullopt;
  std::size_t length = byte(1);
  std::size_t more = length == length_16_bits ? 2 : length == length_64_bits ? 8 : 0;
  if (wire.size() < 2 + more) return std::nullopt;
  if (more > 0) length = 0;
  for (std::size_t i = 0; i < more; ++i) length = length << 8 | byte(2 + i);
  bool is_right = wire.starts_with(text_start) && more_length_bytes(length) == more;
  if (!is_right || wire.size() - 2 - more < length) return std::nullopt;
  std::string_view payload = wire.substr(2 + more, length);
  wire.remove_prefix(2 + more + length);
  return payload;
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
