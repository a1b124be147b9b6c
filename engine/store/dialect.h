#pragma once

#include <string>

#include "engine/base/clock.h"
#include "engine/base/error.h"
#include "engine/store/tx.h"

namespace antiphon::store {

/// The SQL as `dialect` takes it: the words of Statement put in, everything else as it is.
std::string translate(Dialect dialect, std::string_view sql);

/// The errors that both databases give alike. `detail` is for the log and holds no values.
Error unique_violation(std::string detail);
Error reference_violation(std::string detail);
Error statement_failed(std::string detail);
Error storage_unavailable(std::string detail);
/// A COMMIT that got no answer: it may have been stored, and may not.
Error unknown_commit(std::string detail);
Error out_of_time(std::string detail);
Error too_many_rows(const Statement& statement);

/// A deadline of the current core's clock as one of the machine's clock, which database threads
/// measure by; at most an hour away.
Instant machine_deadline(Instant deadline);

}  // namespace antiphon::store
