#include "engine/live/frame_parser.h"

#include <algorithm>

#include "engine/base/encoding.h"

namespace antiphon::live {
namespace {

std::unexpected<ProtocolFailure> broken(std::string_view why) {
  return std::unexpected(ProtocolFailure{CloseCode::protocol_error, why});
}

std::unexpected<ProtocolFailure> not_text() {
  return std::unexpected(ProtocolFailure{CloseCode::invalid_payload, "text is not UTF-8"});
}

std::size_t length_bytes(std::uint8_t second) {
  std::uint8_t length = second & 0x7f;
  return length == 126 ? 2 : length == 127 ? 8 : 0;
}

}  // namespace

std::expected<std::optional<Incoming>, ProtocolFailure> FrameParser::take(std::string_view& bytes) {
  for (;;) {
    if (!in_payload_) {
      if (!take_header(bytes)) return std::nullopt;
      if (auto begun = begin_frame(); !begun) return std::unexpected(begun.error());
    }
    if (auto taken = take_payload(bytes); !taken) return std::unexpected(taken.error());
    if (taken_ < length_) return std::nullopt;
    auto item = end_frame();
    if (!item || *item) return item;
  }
}

// Whether the header is whole. The first two bytes tell how long it is.
bool FrameParser::take_header(std::string_view& bytes) {
  auto need = [this]() -> std::size_t {
    if (header_size_ < 2) return 2;
    return 2 + length_bytes(header_[1]) + ((header_[1] & 0x80) ? 4 : 0);
  };
  while (header_size_ < need()) {
    if (bytes.empty()) return false;
    header_[header_size_++] = static_cast<std::uint8_t>(bytes.front());
    bytes.remove_prefix(1);
  }
  return true;
}

FrameParser::Checked FrameParser::begin_frame() {
  if (header_[0] & 0x70) return broken("a reserved bit is set, but no extension was agreed on");
  final_ = header_[0] & 0x80;
  opcode_ = static_cast<Opcode>(header_[0] & 0x0f);
  if (auto kind = check_kind(final_, opcode_); !kind) return kind;
  bool masked = header_[1] & 0x80;
  if (masked != (role_ == Role::server)) {
    return broken(masked ? "a server's frame is masked" : "a client's frame is not masked");
  }
  if (auto length = read_length(); !length) return length;
  if (masked) std::copy_n(header_.begin() + header_size_ - 4, 4, mask_.begin());
  taken_ = 0;
  in_payload_ = true;
  if (opcode_ == Opcode::text) text_ = {};
  if (!is_control(opcode_) && !final_ && !fragmented_) fragmented_ = opcode_;
  return {};
}

FrameParser::Checked FrameParser::check_kind(bool final, Opcode opcode) const {
  auto number = static_cast<std::uint8_t>(opcode);
  if ((number > 2 && number < 8) || number > 10) return broken("an opcode that is not defined");
  if (is_control(opcode)) {
    if (!final) return broken("a control frame is fragmented");
    if ((header_[1] & 0x7f) > control_bytes_max) return broken("a control frame is too long");
    return {};
  }
  bool continues = opcode == Opcode::continuation;
  if (continues && !fragmented_) return broken("a continuation without a beginning");
  if (!continues && fragmented_) return broken("a new message inside a fragmented one");
  return {};
}

FrameParser::Checked FrameParser::read_length() {
  std::size_t bytes = length_bytes(header_[1]);
  length_ = header_[1] & 0x7f;
  if (bytes > 0) {
    length_ = 0;
    for (std::size_t i = 0; i < bytes; ++i) length_ = length_ << 8 | header_[2 + i];
    bool shorter_fits = length_ <= (bytes == 2 ? control_bytes_max : 0xffff);
    if (shorter_fits || length_ >> 63) return broken("a length that is not in its shortest form");
  }
  if (is_control(opcode_)) return {};
  if (length_ > message_bytes_max_ || message_.size() > message_bytes_max_ - length_) {
    return std::unexpected(ProtocolFailure{CloseCode::too_big, "the message is too long"});
  }
  return {};
}

FrameParser::Checked FrameParser::take_payload(std::string_view& bytes) {
  auto count = static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), length_ - taken_));
  std::string& target = is_control(opcode_) ? control_ : message_;
  std::size_t begin = target.size();
  target.append(bytes.substr(0, count));
  bytes.remove_prefix(count);
  auto piece = std::span(target).subspan(begin);
  if (role_ == Role::server) apply_mask(piece, mask_, static_cast<std::size_t>(taken_ % 4));
  taken_ += count;
  bool is_text =
      opcode_ == Opcode::text || (opcode_ == Opcode::continuation && fragmented_ == Opcode::text);
  if (is_text && !text_.feed({piece.data(), piece.size()})) return not_text();
  return {};
}

std::expected<std::optional<Incoming>, ProtocolFailure> FrameParser::end_frame() {
  in_payload_ = false;
  header_size_ = 0;
  if (opcode_ == Opcode::close) return end_close();
  if (is_control(opcode_)) return Incoming{.kind = opcode_, .payload = std::exchange(control_, {})};
  if (!final_) return std::nullopt;
  Opcode kind = fragmented_.value_or(opcode_);
  fragmented_.reset();
  if (kind == Opcode::text && !text_.is_complete()) return not_text();
  return Incoming{.kind = kind, .payload = std::exchange(message_, {})};
}

std::expected<Incoming, ProtocolFailure> FrameParser::end_close() {
  std::string payload = std::exchange(control_, {});
  if (payload.empty()) return Incoming{.kind = Opcode::close};
  if (payload.size() == 1) return broken("a close frame with half a code");
  auto high = static_cast<std::uint8_t>(payload[0]);
  auto low = static_cast<std::uint8_t>(payload[1]);
  auto code = static_cast<std::uint16_t>(high << 8 | low);
  if (!is_valid_close_code(code)) return broken("a close code that must not be sent");
  payload.erase(0, 2);
  if (!is_utf8(payload)) return not_text();
  return Incoming{.kind = Opcode::close, .payload = std::move(payload), .code = CloseCode{code}};
}

}  // namespace antiphon::live
