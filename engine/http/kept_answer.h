#pragma once

#include "engine/base/once.h"
#include "engine/http/message.h"

namespace antiphon::http {

inline constexpr std::size_t kept_body_bytes_max = std::size_t{256} << 10;

/// What of a response can be given again: status, Content-Type, Location and body. Nothing when the
/// body is no text at hand, or larger than `kept_body_bytes_max`.
std::optional<KeptAnswer> kept_answer(const Response& response);

/// The answer given again, marked by `Idempotent-Replayed: true`.
Response replayed(const KeptAnswer& answer);

}  // namespace antiphon::http
