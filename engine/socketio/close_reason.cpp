#include "engine/socketio/close_reason.h"

namespace antiphon::socketio {

std::string_view to_text(CloseReason reason) {
  switch (reason) {
    case CloseReason::client_closed:
    case CloseReason::transport_closed: return "transport close";
    case CloseReason::ping_timeout: return "ping timeout";
    case CloseReason::parse_error: return "parse error";
    case CloseReason::duplicate_request:
    case CloseReason::too_large: return "transport error";
    case CloseReason::connect_timeout:
    case CloseReason::server_closed: return "forced server close";
    case CloseReason::too_slow: return "too slow";
    case CloseReason::restart: return "server shutting down";
  }
  return "";
}

live::CloseCode close_code(CloseReason reason) {
  switch (reason) {
    case CloseReason::client_closed:
    case CloseReason::transport_closed:
    case CloseReason::server_closed: return live::CloseCode::normal;
    case CloseReason::ping_timeout: return live::CloseCode::idle;
    case CloseReason::parse_error:
    case CloseReason::duplicate_request: return live::CloseCode::protocol_error;
    case CloseReason::too_large: return live::CloseCode::too_big;
    case CloseReason::connect_timeout: return live::CloseCode::hello_expected;
    case CloseReason::too_slow: return live::CloseCode::slow;
    case CloseReason::restart: return live::CloseCode::restart;
  }
  return live::CloseCode::internal_error;
}

}  // namespace antiphon::socketio
