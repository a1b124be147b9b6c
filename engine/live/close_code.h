#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "engine/base/error.h"

namespace antiphon::live {

/// Why a WebSocket was closed. The one table, which docs/live-protocol.md shows too.
enum class CloseCode : std::uint16_t {
  normal = 1000,
  going_away = 1001,
  protocol_error = 1002,
  unsupported_data = 1003,
  no_status = 1005,  ///< never on the wire: the peer's close frame had no code
  abnormal = 1006,   ///< never on the wire: the connection broke
  invalid_payload = 1007,
  policy_violation = 1008,
  too_big = 1009,
  internal_error = 1011,
  restart = 1012,
  try_later = 1013,
  hello_expected = 4001,
  unauthorised = 4003,
  no_such_session = 4004,
  slow = 4008,
  too_many = 4009,
  idle = 4010,
};

struct CloseCodeRow {
  CloseCode code;
  std::string_view name;
  std::string_view meaning;  ///< what happened
  std::string_view client;   ///< what a client does next
  bool resume;               ///< whether it connects again and resumes
};

/// Every code that this server sends, in order.
std::span<const CloseCodeRow> close_codes();

/// The code by which a live connection ends after an error.
CloseCode close_code(Code code);

/// Whether a peer may send this code (RFC 6455, 7.4).
bool is_valid_close_code(std::uint16_t code);

}  // namespace antiphon::live
