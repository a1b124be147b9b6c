// What only PostgreSQL can do to us.
#include "engine/store/both_databases.h"
#include "engine/store/database.h"

namespace antiphon::store {
namespace {

constexpr Statement end_others{"connections.end",
                               "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity "
                               "WHERE datname = current_database() AND pid <> pg_backend_pid()"};
constexpr Statement my_number{"connections.mine", "SELECT pg_backend_pid()"};
constexpr Statement select_one{"one", "SELECT 1"};

class PostgresTest : public testing::BothDatabases {
 protected:
  // For what happens on the database thread of a closure.
  Core inner_core_{1, clock_};
};
INSTANTIATE_TEST_SUITE_P(, PostgresTest, ::testing::Values(Dialect::postgresql),
                         testing::dialect_name);

TEST_P(PostgresTest, connects_again_after_its_connection_was_ended) {
  auto mine = [&] {
    return run(database_->write(soon(), [](Tx& tx) { return tx.query(my_number)[0].integer(0); }));
  };
  std::int64_t before = mine();
  auto other = make_database(database_.url());
  EXPECT_EQ(run(other->write(soon(), [](Tx& tx) { return tx.query(end_others)[0].integer(0); })),
            1);
  EXPECT_NE(mine(), before);
}

TEST_P(PostgresTest, a_connection_that_breaks_within_a_transaction_is_tried_again) {
  auto other = make_database(database_.url());
  auto runs = std::make_shared<std::atomic<int>>(0);
  std::int64_t one = run(database_->write(soon(), [&other, runs, this](Tx& tx) {
    std::int64_t result = tx.query(select_one)[0].integer(0);
    if (++*runs == 1) {
      inner_core_.run_until_done(other->write(soon(), [](Tx& inner) { inner.query(end_others); }));
      tx.query(select_one);
    }
    return result;
  }));
  EXPECT_EQ(one, 1);
  EXPECT_EQ(*runs, 2);
}

TEST_P(PostgresTest, whoever_waits_for_the_migration_lock_has_a_deadline) {
  auto other = make_database(database_.url());
  auto second = std::make_shared<Code>(Code::internal);
  run(database_->exclusive(soon(), [&other, second, this](Tx&) {
    Instant shortly = clock_.steady() + std::chrono::milliseconds(100);
    try {
      inner_core_.run_until_done(other->exclusive(shortly, [](Tx&) {}));
    } catch (const Error& error) {
      *second = error.code();
    }
  }));
  EXPECT_EQ(*second, Code::timeout);
  run(other->exclusive(soon(), [](Tx&) {}));
}

TEST(PostgresUnreachable, is_unavailable) {
  SystemClock clock;
  Core core(0, clock);
  auto database = make_database("postgresql://nobody:secret@127.0.0.1:1/none");
  try {
    core.run_until_done(database->read(clock.steady() + std::chrono::seconds(10),
                                       [](Tx& tx) { tx.query(select_one); }));
    FAIL() << "there is no server";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::unavailable);
    EXPECT_EQ((error.message() + error.detail()).find("secret"), std::string::npos);
  }
}

TEST(MakeDatabase, refuses_other_urls_without_repeating_them) {
  for (std::string_view url : {"", "sqlite:", "mysql://me:secret@host/db", "/var/data.db"}) {
    try {
      make_database(url);
      FAIL() << url;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), Code::invalid);
      EXPECT_EQ(error.message().find("secret"), std::string::npos);
    }
  }
}

TEST(MakeDatabase, says_when_the_file_cannot_be_opened) {
  TemporaryFolder folder;
  auto url = fmt::format("sqlite:{}", (folder.path() / "missing" / "db").string());
  try {
    make_database(url);
    FAIL() << url;
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::unavailable);
  }
}

}  // namespace
}  // namespace antiphon::store
