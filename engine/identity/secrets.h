#pragma once

#include <string>
#include <string_view>

namespace antiphon::identity {

/// Hash of a secret for keeping: argon2id, 2 passes, 19 MiB, as a PHC string with its salt (OWASP
/// ASVS 5.0, appendix C). Takes some 20 ms and 19 MiB: never on an event loop.
std::string hash_secret(std::string_view secret);

/// Whether `secret` is the one behind `hash`. As costly as hash_secret.
bool verify_secret(std::string_view secret, const std::string& hash);

}  // namespace antiphon::identity
