#pragma once

#include <array>
#include <expected>
#include <optional>
#include <string>

#include "engine/live/close_code.h"
#include "engine/live/frame.h"
#include "engine/live/utf8_check.h"

namespace antiphon::live {

/// Which end of a WebSocket this is: a server reads masked frames, a client unmasked ones.
enum class Role { server, client };

/// A whole message or a control frame.
struct Incoming {
  Opcode kind = Opcode::text;             ///< text, binary, close, ping or pong
  std::string payload;                    ///< of a close: the reason
  CloseCode code = CloseCode::no_status;  ///< of a close
};

/// Why a connection must fail.
struct ProtocolFailure {
  CloseCode code;
  std::string_view why;
};

/// Makes messages of bytes (RFC 6455, 5). It fails as early as the bytes allow: reserved bits, a
/// length above the limit or broken UTF-8 are refused before the rest of the frame is there, and no
/// more is kept than came. A plain value: it can move to another core between two calls.
class FrameParser {
 public:
  FrameParser(Role role, std::size_t message_bytes_max)
      : role_(role), message_bytes_max_(message_bytes_max) {}

  /// Takes bytes from the front of `bytes` until one message is whole or none is left.
  std::expected<std::optional<Incoming>, ProtocolFailure> take(std::string_view& bytes);

 private:
  using Checked = std::expected<void, ProtocolFailure>;

  bool take_header(std::string_view& bytes);
  Checked begin_frame();
  Checked check_kind(bool final, Opcode opcode) const;
  Checked read_length();
  Checked take_payload(std::string_view& bytes);
  std::expected<std::optional<Incoming>, ProtocolFailure> end_frame();
  std::expected<Incoming, ProtocolFailure> end_close();

  Role role_;
  std::size_t message_bytes_max_;

  std::array<std::uint8_t, 14> header_{};
  std::size_t header_size_ = 0;  ///< bytes of it that are here
  bool in_payload_ = false;

  bool final_ = false;
  Opcode opcode_ = Opcode::text;
  std::uint64_t length_ = 0;  ///< of the frame's payload
  std::uint64_t taken_ = 0;   ///< of it
  Mask mask_{};

  std::optional<Opcode> fragmented_;  ///< kind of the message whose first part was not the last
  std::string message_;
  std::string control_;
  Utf8Check text_;
};

}  // namespace antiphon::live
