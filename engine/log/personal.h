#pragma once

#include <string>
#include <string_view>

namespace antiphon::log {

/// The usual mask of a log (line.h): gives `text` back with "[e-mail]", "[number]" and "[secret]"
/// in place of
/// - e-mail addresses,
/// - numbers of nine digits or more, also with blanks, dots, dashes, slashes or brackets between
///   them (telephone, card, account), but not dates and times as RFC 3339 writes them,
/// - what follows "Bearer" or "Basic", Antiphon's own tokens (apt_…), JSON web tokens, passwords in
///   URLs, and values of keys such as password, secret, token, api_key.
/// Both also as a path or query has them, percent-encoded. It knows forms, not people: a name
/// passes. Linear in the length; thread-safe.
std::string mask_personal(std::string_view text);

}  // namespace antiphon::log
