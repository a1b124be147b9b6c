#pragma once

#include <optional>
#include <string>

namespace antiphon {

/// An answer that is kept to be given again: what of it matters to the caller.
struct KeptAnswer {
  int status = 0;
  std::string content_type;
  std::string location;  ///< "" for none
  std::string body;

  bool operator==(const KeptAnswer&) const = default;
};

/// The promise that a request takes effect once, however often it is sent (E-13). The gate makes
/// it from the Idempotency-Key; a database write of the call stores it in the transaction of the
/// effect, so that there is either both or none. Belongs to the core of its call.
struct Once {
  std::string tenant;
  std::string principal;
  std::string route;        ///< the route's name: the same key elsewhere is another one
  std::string key;          ///< as the caller sent it
  std::string fingerprint;  ///< of path, query and body; empty until the body has been read
  std::optional<KeptAnswer> answer = {};  ///< once the handler knows it
  bool is_stored = false;                 ///< an effect of this call is in the database
};

}  // namespace antiphon
