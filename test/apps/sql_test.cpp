#include <regex>
#include <set>

#include "engine/store/both_databases.h"
#include "engine/store/sql_rules.h"
#include "test/apps/apps.h"
#include "test/apps/files.h"

namespace antiphon::apps_test {
namespace {

using Lines = std::vector<std::string>;

class SqlTest : public store::testing::BothDatabases {};
ON_BOTH_DATABASES(SqlTest);

// E-60: after all migrations, every statement compiles on both databases; no name is taken twice.
TEST_P(SqlTest, every_statement_compiles) {
  run(store::migrate(*database_, all_migrations(), soon()));
  EXPECT_EQ(run(store::testing::statement_problems(*database_, all_statements(), soon())), Lines{});
}

// E-71: a tenant's rows are reached through its tenant_id alone. Outside stand the tables that say
// who belongs to which tenant.
TEST(TenantsTest, are_kept_apart_by_every_statement) {
  std::vector<std::string_view> outside = store::testing::engine_tenant_exceptions();
  for (std::string_view table : {"tenants", "accounts", "tokens"}) outside.push_back(table);
  EXPECT_EQ(store::testing::tenant_problems(all_migrations(), all_statements(), outside), Lines{});
}

// Statements that touch no tenant's table: of the migrations, of the store itself, of the rules
// themselves; of benchmarks and the simulation, which no server runs.
bool is_about_the_database(const std::string& name) {
  return name.starts_with("migrations.") || name.starts_with("schema.") ||
         name.starts_with("store.") || name.starts_with("bench.") ||
         name.starts_with("simulate.") || name == "health.ask";
}

// A statement that no list names would escape both tests above.
TEST(SourcesTest, list_every_statement) {
  std::set<std::string> listed;
  for (const store::Statement& statement : all_statements()) listed.emplace(statement.name);
  const std::regex declared(R"(Statement\s+\w+\{\s*"([^"]+)\")");
  std::set<std::string> found;
  for (const std::string& path : sources_of({"engine", "apps"})) {
    std::string text = read_file(path);
    for (std::sregex_iterator at(text.begin(), text.end(), declared), end; at != end; ++at) {
      std::string name = (*at)[1];
      found.insert(name);
      EXPECT_TRUE(listed.contains(name) || is_about_the_database(name))
          << name << " of " << path << " is in no list of statements";
    }
  }
  EXPECT_GE(found.size(), listed.size())
      << "statements are declared in another way than looked for";
}

}  // namespace
}  // namespace antiphon::apps_test
