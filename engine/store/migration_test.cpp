#include "engine/store/migration.h"

#include "engine/async/task_group.h"
#include "engine/store/both_databases.h"

namespace antiphon::store {
namespace {

constexpr EmbeddedFile make_shops{"0001_shops.sql",
                                  "-- Two statements; a {bytes} column.\n"
                                  "CREATE TABLE shops (id TEXT PRIMARY KEY, seal {bytes});\n"
                                  "INSERT INTO shops (id) VALUES ('first; shop');\n"};
constexpr EmbeddedFile make_tills{"0002_tills.sql", "CREATE TABLE tills (id TEXT PRIMARY KEY);"};
constexpr EmbeddedFile broken{"0002_broken.sql",
                              "INSERT INTO shops (id) VALUES ('half'); CREATE NONSENSE;"};
constexpr Statement count_shops{"shops.count", "SELECT COUNT(*) FROM shops"};

class MigrationTest : public testing::BothDatabases {
 protected:
  std::vector<std::string> migrate(std::vector<EmbeddedFile> files) {
    return run(store::migrate(*database_, {{"test", files}}, soon()));
  }
  std::int64_t shops() {
    return run(database_->read(soon(), [](Tx& tx) { return tx.query(count_shops)[0].integer(0); }));
  }
  std::string refusal(std::vector<EmbeddedFile> files, Code code) {
    try {
      migrate(std::move(files));
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), code) << error.message();
      return error.message();
    }
    ADD_FAILURE() << "was not refused";
    return "";
  }
};

ON_BOTH_DATABASES(MigrationTest);

TEST_P(MigrationTest, runs_each_file_once_and_in_order) {
  EXPECT_EQ(migrate({make_shops}), std::vector<std::string>{"test/0001_shops.sql"});
  EXPECT_EQ(migrate({make_shops, make_tills}), std::vector<std::string>{"test/0002_tills.sql"});
  EXPECT_TRUE(migrate({make_shops, make_tills}).empty());
  EXPECT_EQ(shops(), 1);
}

TEST_P(MigrationTest, tells_what_has_run) {
  migrate({make_shops});
  std::vector files{make_shops, make_tills};
  auto states = run(migration_states(*database_, {{"test", files}}, soon()));
  ASSERT_EQ(states.size(), 2u);
  EXPECT_TRUE(states[0].applied_at.has_value());
  EXPECT_FALSE(states[1].applied_at.has_value());
}

// E-60: checked by hash.
TEST_P(MigrationTest, refuses_a_file_that_was_changed_after_it_ran) {
  migrate({make_shops});
  auto changed = make_shops;
  changed.text = "CREATE TABLE shops (id TEXT PRIMARY KEY);";
  auto message = refusal({changed, make_tills}, Code::conflict);
  EXPECT_NE(message.find("test/0001_shops.sql was changed"), std::string::npos) << message;
}

TEST_P(MigrationTest, refuses_a_program_that_lacks_what_has_run) {
  migrate({make_shops, make_tills});
  auto message = refusal({make_shops}, Code::conflict);
  EXPECT_NE(message.find("test/0002_tills.sql"), std::string::npos) << message;
}

TEST_P(MigrationTest, refuses_wrong_names) {
  for (std::string_view name : {"0002_shops.sql", "1_shops.sql", "0001_.sql", "0001_Shops.sql",
                                "0001_shops.txt", "0001shops.sql"}) {
    refusal({{name, "SELECT 1"}}, Code::invalid);
  }
}

TEST_P(MigrationTest, a_migration_that_fails_leaves_nothing_of_itself) {
  EXPECT_THROW(migrate({make_shops, broken}), Error);
  EXPECT_EQ(shops(), 1);
  EXPECT_EQ(migrate({make_shops, make_tills}), std::vector<std::string>{"test/0002_tills.sql"});
}

// E-60: locked against concurrent runs. Every run has a database object of its own, as processes
// have.
TEST_P(MigrationTest, concurrent_runs_do_each_file_once) {
  std::vector<std::unique_ptr<Database>> databases;
  for (int i = 0; i < 6; ++i) databases.push_back(make_database(database_.url()));
  std::vector files{make_shops, make_tills};
  std::size_t ran = 0;
  auto migrate_one = [&](Database& database) -> Task<> {
    ran += (co_await store::migrate(database, {{"test", files}}, soon())).size();
  };
  int failures = 0;
  run([&]() -> Task<> {
    TaskGroup group([&](const std::exception_ptr&) { ++failures; });
    for (auto& database : databases) group.spawn(migrate_one(*database));
    co_await group.join();
  }());
  EXPECT_EQ(failures, 0);
  EXPECT_EQ(ran, 2u);
  EXPECT_EQ(shops(), 1);
}

TEST_P(MigrationTest, the_engines_own_tables_can_be_made) {
  EXPECT_FALSE(run(store::migrate(*database_, {{"engine", engine_migrations()}}, soon())).empty());
}

}  // namespace
}  // namespace antiphon::store
