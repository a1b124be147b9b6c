#pragma once

#include <string_view>

namespace antiphon::http {

/// Whether an IP address is not one of the public internet: this machine's, a private network's,
/// link-local, multicast, reserved (RFC 6890), or an IPv6 form of such an IPv4 address. Also true
/// for what is no address.
bool is_private_address(std::string_view address);

}  // namespace antiphon::http
