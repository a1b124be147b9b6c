#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/http/message.h"

namespace antiphon::http {

/// Which pages of other origins may use the API from a browser (CORS) and open sockets (E-17).
struct Origins {
  /// Exact: "https://studio.example", or "null" and "file://" for OBS sources opened from a disk.
  std::vector<std::string> allowed;
  bool with_credentials = false;  ///< cookies cross origins too

  bool lists(std::string_view origin) const;
};

/// Whether a browser page may open a socket with this request: it is our own page, its origin is
/// listed, or there is no Origin at all, so that it is no browser.
bool origin_allowed(const Request& request, const Origins& origins);

/// Adds what a cross-origin page needs to read the answer; nothing for other requests.
void add_cors_headers(const Request& request, const Origins& origins, Headers& headers);

/// The value of an Allow header: with HEAD where there is GET, and OPTIONS.
std::string allowed_text(const std::vector<Method>& methods);

/// The answer to a preflight (Fetch standard, "CORS-preflight request"), or to a plain OPTIONS.
Response answer_options(const Request& request, const Origins& origins,
                        const std::vector<Method>& allowed);

}  // namespace antiphon::http
