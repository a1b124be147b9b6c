#pragma once

#include <string_view>

namespace antiphon::http {

/// A header's value, or a member of its list, without the blanks around it (RFC 9110, 5.6.3).
std::string_view trim(std::string_view value);

}  // namespace antiphon::http
