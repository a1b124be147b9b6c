// All SQL of the program, the engine's and every app's (E-60).
#include "apps/director/director.h"
#include "engine/identity/identity.h"
#include "engine/store/both_databases.h"
#include "engine/store/jobs.h"
#include "engine/store/sql_rules.h"

namespace antiphon::server {
namespace {

const std::vector<const app::AppInfo*> apps{&director::info()};

std::vector<store::MigrationSet> migration_sets() {
  std::vector<store::MigrationSet> sets{{"engine", store::engine_migrations()}};
  for (const app::AppInfo* app : apps) sets.push_back({std::string(app->name), app->migrations});
  return sets;
}

std::vector<store::Statement> statements() {
  std::vector<std::span<const store::Statement>> stores{store::job_statements(),
                                                        identity::Identity::statements()};
  for (const app::AppInfo* app : apps) {
    stores.insert(stores.end(), app->statements.begin(), app->statements.end());
  }
  std::vector<store::Statement> all;
  for (auto store : stores) all.insert(all.end(), store.begin(), store.end());
  return all;
}

class SqlTest : public store::testing::BothDatabases {};
ON_BOTH_DATABASES(SqlTest);

TEST_P(SqlTest, of_every_store_compiles) {
  run(store::migrate(*database_, migration_sets(), soon()));
  EXPECT_EQ(run(store::testing::statement_problems(*database_, statements(), soon())),
            std::vector<std::string>{});
}

TEST(AllSql, keeps_tenants_apart) {
  EXPECT_EQ(store::testing::tenant_problems(migration_sets(), statements(),
                                            store::testing::engine_tenant_exceptions()),
            std::vector<std::string>{});
}

}  // namespace
}  // namespace antiphon::server
