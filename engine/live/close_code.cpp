#include "engine/live/close_code.h"

#include <algorithm>
#include <array>

namespace antiphon::live {
namespace {

constexpr std::array<CloseCodeRow, 16> rows{{
    {CloseCode::normal, "normal", "The session ended, or the client closed.", "Stop.", false},
    {CloseCode::going_away, "going_away", "The page or the server goes away.", "Resume.", true},
    {CloseCode::protocol_error, "protocol_error", "A frame broke RFC 6455.", "Mend the client.",
     false},
    {CloseCode::unsupported_data, "unsupported_data", "A kind of frame that has no place here.",
     "Mend the client.", false},
    {CloseCode::invalid_payload, "invalid_payload", "Text that is not UTF-8, or not JSON.",
     "Mend the client.", false},
    {CloseCode::policy_violation, "policy_violation", "Not allowed for this principal.",
     "Ask for access.", false},
    {CloseCode::too_big, "too_big", "A message above the size limit that welcome told.",
     "Send smaller messages.", false},
    {CloseCode::internal_error, "internal_error", "A fault of the server.",
     "Resume after a back-off.", true},
    {CloseCode::restart, "restart", "The server restarts; the session goes on.",
     "Resume after a random wait of up to 2 s.", true},
    {CloseCode::try_later, "try_later", "No capacity right now; the reason says of what.",
     "Resume after a back-off.", true},
    {CloseCode::hello_expected, "hello_expected",
     "No hello within 10 s, or the first frame was not one.", "Send hello first.", false},
    {CloseCode::unauthorised, "unauthorised", "The token is missing or not good.",
     "Get a new token, then resume.", false},
    {CloseCode::no_such_session, "no_such_session", "The session does not exist, or has ended.",
     "Open a new one.", false},
    {CloseCode::slow, "slow", "The client read too slowly for too long.", "Resume.", true},
    {CloseCode::too_many, "too_many", "The principal or tenant has too many connections.",
     "Close others, then resume.", false},
    {CloseCode::idle, "idle", "Nothing came from the client for too long.",
     "Resume when there is something to say.", true},
}};

}  // namespace

std::span<const CloseCodeRow> close_codes() { return rows; }

CloseCode close_code(Code code) {
  switch (code) {
    case Code::invalid: return CloseCode::invalid_payload;
    case Code::unauthenticated: return CloseCode::unauthorised;
    case Code::forbidden: return CloseCode::policy_violation;
    case Code::not_found:
    case Code::gone: return CloseCode::no_such_session;
    case Code::conflict: return CloseCode::policy_violation;
    case Code::too_large: return CloseCode::too_big;
    case Code::unsupported:
    case Code::unprocessable: return CloseCode::unsupported_data;
    case Code::rate_limited:
    case Code::quota_exceeded: return CloseCode::too_many;
    case Code::unavailable:
    case Code::timeout: return CloseCode::try_later;
    case Code::cancelled: return CloseCode::going_away;
    case Code::internal: return CloseCode::internal_error;
  }
  return CloseCode::internal_error;
}

bool is_valid_close_code(std::uint16_t code) {
  if (code >= 3000 && code <= 4999) return true;
  bool reserved = code == 1004 || code == 1005 || code == 1006;
  return code >= 1000 && code <= 1014 && !reserved;
}

}  // namespace antiphon::live
