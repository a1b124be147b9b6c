#include "engine/store/sql_rules.h"

#include "engine/store/blob_ledger.h"
#include "engine/store/both_databases.h"
#include "engine/store/jobs.h"

namespace antiphon::store::testing {
namespace {

std::vector<Statement> engine_statements() {
  std::vector<Statement> all;
  for (auto some : {job_statements(), blob_statements()}) {
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

class StatementTest : public BothDatabases {};
ON_BOTH_DATABASES(StatementTest);

// E-60: every statement of the engine compiles on both databases.
TEST_P(StatementTest, of_the_engine_compile) {
  run(migrate(*database_, {{"engine", engine_migrations()}}, soon()));
  auto problems = run(statement_problems(*database_, engine_statements(), soon()));
  EXPECT_EQ(problems, std::vector<std::string>{});
}

TEST_P(StatementTest, that_do_not_compile_are_told) {
  auto problems = run(statement_problems(
      *database_, {{"good", "SELECT 1"}, {"bad", "SELECT missing"}, {"good", "SELECT 2"}}, soon()));
  ASSERT_EQ(problems.size(), 2u);
  EXPECT_TRUE(problems[0].starts_with("bad: ")) << problems[0];
  EXPECT_TRUE(problems[1].starts_with("good: ")) << problems[1];
}

TEST(TenantRule, holds_for_the_engine) {
  std::vector<MigrationSet> sets{{"engine", engine_migrations()}};
  auto exceptions = engine_tenant_exceptions();
  EXPECT_EQ(tenant_problems(sets, engine_statements(), exceptions), std::vector<std::string>{});
}

TEST(TenantRule, sees_every_way_around_it) {
  EmbeddedFile file{"0001_bad.sql",
                    "CREATE TABLE good (tenant_id TEXT, id TEXT, PRIMARY KEY (tenant_id, id));"
                    "CREATE INDEX good_by_id ON good (id);"
                    "CREATE INDEX good_by_tenant ON good (tenant_id, id);"
                    "CREATE TABLE swapped (id TEXT, tenant_id TEXT, PRIMARY KEY (id, tenant_id));"
                    "CREATE TABLE loose (tenant_id TEXT);"
                    "CREATE TABLE with_unique (tenant_id TEXT, id TEXT, mail TEXT UNIQUE,"
                    "                          PRIMARY KEY (tenant_id, id));"
                    "CREATE TABLE tenants (id TEXT PRIMARY KEY);"};
  std::vector<MigrationSet> sets{{"bad", {&file, 1}}};
  std::vector<Statement> statements{
      {"fine", "SELECT id FROM good WHERE tenant_id = $1"},
      {"leak", "SELECT id FROM GOOD WHERE id = $1"},
      {"hidden", "SELECT 'tenant_id' FROM good"},
      {"outside", "SELECT id FROM tenants"},
  };
  std::vector<std::string_view> exceptions{"tenants", "stale"};
  EXPECT_EQ(tenant_problems(sets, statements, exceptions),
            (std::vector<std::string>{
                "index good_by_id of good: does not lead with tenant_id",
                "table loose: its primary key does not lead with tenant_id",
                "table swapped: its primary key does not lead with tenant_id",
                "index sqlite_autoindex_with_unique_1 of with_unique: does not lead with tenant_id",
                "statement leak: reads or writes good without tenant_id",
                "statement hidden: reads or writes good without tenant_id",
                "exception stale: nothing needs it",
            }));
}

}  // namespace
}  // namespace antiphon::store::testing
