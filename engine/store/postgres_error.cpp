#include "engine/store/postgres_error.h"

#include <libpq-fe.h>

#include "engine/store/dialect.h"

namespace antiphon::store {
namespace {

// SQLSTATE codes (PostgreSQL documentation, appendix A).
constexpr std::string_view unique_violation_state = "23505";
constexpr std::string_view foreign_key_violation_state = "23503";
constexpr std::string_view query_canceled_state = "57014";
constexpr std::string_view lock_not_available_state = "55P03";
constexpr std::string_view serialization_failure_state = "40001";
constexpr std::string_view deadlock_state = "40P01";

std::string_view field(const pg_result* result, int code) {
  const char* text = PQresultErrorField(result, code);
  return text ? text : "";
}

// Class 42 is syntax and access.
std::string describe(const pg_result* result, std::string_view name) {
  std::string_view state = field(result, PG_DIAG_SQLSTATE);
  std::string_view what = state.starts_with("42") ? field(result, PG_DIAG_MESSAGE_PRIMARY)
                                                  : field(result, PG_DIAG_CONSTRAINT_NAME);
  return fmt::format("{}: SQLSTATE {} {}", name, state, what);
}

}  // namespace

void expect_success(const pg_result* result, std::string_view name, bool is_lost) {
  using enum TryAgain::Reason;
  auto status = PQresultStatus(result);
  if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) return;
  if (is_lost) throw TryAgain{disconnect, fmt::format("{}: the connection broke", name)};
  std::string_view state = field(result, PG_DIAG_SQLSTATE);
  std::string detail = describe(result, name);
  if (state == serialization_failure_state || state == deadlock_state) {
    throw TryAgain{collision, detail};
  }
  if (state == unique_violation_state) throw unique_violation(detail);
  if (state == foreign_key_violation_state) throw reference_violation(detail);
  if (state == query_canceled_state || state == lock_not_available_state) throw out_of_time(detail);
  // Classes 53 (no resources), 57P (shutting down) and 58 (system error) pass by themselves.
  if (state.starts_with("53") || state.starts_with("57P") || state.starts_with("58")) {
    throw storage_unavailable(detail);
  }
  throw statement_failed(detail);
}

}  // namespace antiphon::store
