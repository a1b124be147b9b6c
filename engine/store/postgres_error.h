#pragma once

#include <string>
#include <string_view>

struct pg_result;

namespace antiphon::store {

/// The transaction was certainly not stored and may be run again.
struct TryAgain {
  enum class Reason {
    collision,      ///< a serialisation failure or a deadlock
    disconnect,     ///< the connection broke before COMMIT was sent
    no_connection,  ///< none could be made
  };
  Reason reason;
  std::string why;
};

/// @param result   null when the connection broke without an answer
/// @param is_lost  whether the connection is
/// @throws TryAgain; the errors of dialect.h for what else is no success. The server's own texts
///         may quote values and are kept only where they speak of the SQL itself.
void expect_success(const pg_result* result, std::string_view name, bool is_lost);

}  // namespace antiphon::store
