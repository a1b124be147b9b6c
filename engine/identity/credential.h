#pragma once

#include <string_view>

#include "engine/http/message.h"

namespace antiphon::identity {

/// Where a request's credential came from; a cookie is sent by the browser unasked, so what it
/// authorises needs proof of the page's origin.
enum class CredentialSource { none, bearer, cookie };

struct Credential {
  CredentialSource source = CredentialSource::none;
  std::string_view token;  ///< of the request's header
};

/// `Authorization: Bearer`, else the cookie. Never the URL.
Credential credential_of(const http::Request& request);

}  // namespace antiphon::identity
