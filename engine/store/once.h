#pragma once

#include <chrono>

#include "engine/base/once.h"
#include "engine/store/tx.h"

namespace antiphon::store {

/// How long a request can be repeated under its Idempotency-Key; then the key is new again.
inline constexpr std::chrono::hours once_kept{24};
/// Rows that one transaction of forget_once takes away.
inline constexpr int once_forgotten_max = 1000;

/// Every statement of the promises, for the tests that read all SQL.
std::span<const Statement> once_statements();

/// Stores the promise in the transaction of its effect. @param at  now
/// @throws Error{Code::conflict} when it is stored already: a twin of the call was faster
void store_once(Tx& tx, const Once& once, Timestamp at);

/// Adds the answer to a promise that is stored.
void complete_once(Tx& tx, const Once& once);

/// What is stored under the names and the key of `once`, if it is not older than `once_kept`.
std::optional<Once> find_once(Tx& tx, const Once& once, Timestamp at);

/// Takes away what has become too old for a tenant, at most `once_forgotten_max`; gives how many.
std::int64_t forget_once(Tx& tx, const std::string& tenant, Timestamp at);

}  // namespace antiphon::store
