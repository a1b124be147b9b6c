#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/store/database.h"
#include "engine/store/migration.h"

namespace antiphon::store::testing {

/// Compiles every statement on a migrated database without running it.
/// @return one line for each that does not compile or whose name is taken twice
Task<std::vector<std::string>> statement_problems(Database& database,
                                                  std::vector<Statement> statements,
                                                  Instant deadline);

/// The rule that keeps tenants apart, read off the SQL itself: after all migrations, the primary
/// key and every index of every table lead with tenant_id, and every statement that names such a
/// table names tenant_id.
/// @param exceptions  names of tables, indexes and statements that stand outside the rule
/// @return one line for each break of the rule, and for each exception that is not needed
std::vector<std::string> tenant_problems(std::span<const MigrationSet> sets,
                                         std::span<const Statement> statements,
                                         std::span<const std::string_view> exceptions);

/// What of the engine's own SQL stands outside the rule.
std::vector<std::string_view> engine_tenant_exceptions();

}  // namespace antiphon::store::testing
