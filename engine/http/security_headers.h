#pragma once

#include "engine/http/headers.h"

namespace antiphon::http {

/// Adds what every answer carries (E-17), where the handler set nothing of its own.
/// @param is_secure  the client reached us over TLS: HSTS makes sense only then (RFC 6797, 7.2)
void add_security_headers(Headers& headers, bool is_secure);

}  // namespace antiphon::http
