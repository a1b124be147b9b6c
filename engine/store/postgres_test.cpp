// What only PostgreSQL can do to us.
#include "engine/async/task_group.h"
#include "engine/store/both_databases.h"
#include "engine/store/database.h"
#include "engine/store/private_postgres.h"

namespace antiphon::store {
namespace {

constexpr Statement end_others{"connections.end",
                               "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity "
                               "WHERE datname = current_database() AND pid <> pg_backend_pid()"};
constexpr Statement my_number{"connections.mine", "SELECT pg_backend_pid()"};
constexpr Statement select_one{"one", "SELECT 1"};
constexpr Statement sleep_long{"sleep", "SELECT pg_sleep(600)"};
constexpr Statement insert_row{"rows.insert", "INSERT INTO rows (id) VALUES ($1)"};
constexpr Statement select_rows{"rows.all", "SELECT id FROM rows"};
constexpr Statement add_one{"rows.add", "UPDATE rows SET id = id + 1"};
constexpr Statement count_rows{"rows.count", "SELECT COUNT(*) FROM rows"};
constexpr Statement lock_row{"rows.lock", "SELECT id FROM rows WHERE id = 0 FOR UPDATE"};
// Ends the connection at COMMIT, when the work itself is done.
constexpr std::string_view make_rows =
    "CREATE TABLE rows (id BIGINT PRIMARY KEY);"
    "CREATE FUNCTION leave() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;"
    "CREATE CONSTRAINT TRIGGER leave_at_commit AFTER INSERT ON rows DEFERRABLE INITIALLY DEFERRED "
    "FOR EACH ROW WHEN (NEW.id = 666) EXECUTE FUNCTION leave()";

class PostgresTest : public testing::BothDatabases {
 protected:
  static std::int64_t ask_my_number(Tx& tx) { return tx.query(my_number)[0].integer(0); }

  void make_table() {
    run(database_->exclusive(soon(), [](Tx& tx) { tx.run_script(make_rows); }));
  }
  std::int64_t rows() {
    return run(database_->read(soon(), [](Tx& tx) { return tx.query(count_rows)[0].integer(0); }));
  }
  double count_of(std::string_view name, const std::map<std::string, std::string>& labels = {}) {
    std::string series(name);
    for (const auto& [label, value] : labels) series += fmt::format("{{{}=\"{}\"}}", label, value);
    std::string text = metrics_.to_text();
    std::size_t at = text.find("\n" + series + " ");
    return at == std::string::npos ? 0 : std::stod(text.substr(at + series.size() + 2));
  }
  template <class F>
  Code code_of(F attempt) {
    try {
      attempt();
    } catch (const Error& error) {
      detail_ = error.detail();
      return error.code();
    }
    return Code::internal;
  }

  // For what happens on the database thread of a closure.
  Core inner_core_{1, clock_};
  metrics::Registry metrics_;
  std::unique_ptr<Database> other_ = make_database(database_.url());
  std::string detail_;
};
INSTANTIATE_TEST_SUITE_P(, PostgresTest, ::testing::Values(Dialect::postgresql),
                         testing::dialect_name);

TEST_P(PostgresTest, connects_again_after_its_connection_was_ended) {
  auto mine = [&] { return run(database_->write(soon(), ask_my_number)); };
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

TEST_P(PostgresTest, a_server_that_restarts_within_a_transaction_costs_nothing) {
  make_table();
  auto runs = std::make_shared<std::atomic<int>>(0);
  run(database_->write(soon(), [runs](Tx& tx) {
    tx.execute(insert_row, 1);
    if (++*runs == 1) {
      testing::PrivatePostgres::shared().stop();
      testing::PrivatePostgres::shared().start();
    }
    tx.execute(insert_row, 2);
  }));
  EXPECT_EQ(*runs, 2);
  EXPECT_EQ(rows(), 2);
}

TEST_P(PostgresTest, waits_for_a_server_that_is_away_and_then_says_so) {
  auto counted = make_database(database_.url(), {.watch = {.registry = &metrics_}});
  auto ask = [&] {
    return run(counted->read(soon(), [](Tx& tx) { return tx.query(select_one)[0].integer(0); }));
  };
  testing::PrivatePostgres::shared().stop();
  auto code = code_of(ask);
  testing::PrivatePostgres::shared().start();
  EXPECT_EQ(code, Code::unavailable);
  EXPECT_TRUE(detail_.starts_with("PostgreSQL: ")) << detail_;
  EXPECT_EQ(ask(), 1);
  EXPECT_GE(count_of("antiphon_sql_connects_total", {{"outcome", "failed"}}), 2);
}

// Nobody knows whether it was stored, so it is neither told as stored nor run again.
TEST_P(PostgresTest, a_connection_that_breaks_during_commit_is_told_as_unknown) {
  make_table();
  auto runs = std::make_shared<std::atomic<int>>(0);
  EXPECT_EQ(code_of([&] {
              run(database_->write(soon(), [runs](Tx& tx) {
                ++*runs;
                tx.execute(insert_row, 666);
              }));
            }),
            Code::unavailable);
  EXPECT_TRUE(detail_.starts_with("COMMIT: ")) << detail_;
  EXPECT_EQ(*runs, 1);
}

TEST_P(PostgresTest, a_statement_is_cancelled_on_the_server_at_the_deadline) {
  std::int64_t before = run(database_->read(soon(), ask_my_number));
  Instant shortly = clock_.steady() + std::chrono::milliseconds(100);
  EXPECT_EQ(code_of([&] { run(database_->read(shortly, [](Tx& tx) { tx.query(sleep_long); })); }),
            Code::timeout);
  // The connection is as good as before.
  EXPECT_EQ(run(database_->read(soon(), ask_my_number)), before);
}

TEST_P(PostgresTest, a_row_that_another_holds_is_waited_for_until_the_deadline) {
  make_table();
  run(database_->write(soon(), [](Tx& tx) { tx.execute(insert_row, 0); }));
  auto second = std::make_shared<Code>(Code::internal);
  run(database_->write(soon(), [second, this](Tx& tx) {
    tx.query(lock_row);
    try {
      inner_core_.run_until_done(other_->write(clock_.steady() + std::chrono::milliseconds(100),
                                               [](Tx& inner) { inner.query(lock_row); }));
    } catch (const Error& error) {
      *second = error.code();
    }
  }));
  EXPECT_EQ(*second, Code::timeout);
}

// E-95: a clear error when no connection comes free.
TEST_P(PostgresTest, an_exhausted_pool_says_so) {
  auto narrow = make_database(database_.url(), {.connections_min = 1,
                                                .connections_max = 1,
                                                .acquire_max = std::chrono::milliseconds(50),
                                                .watch = {.registry = &metrics_}});
  auto second = std::make_shared<std::string>();
  run(narrow->write(soon(), [&narrow, second, this](Tx& tx) {
    tx.query(select_one);
    try {
      inner_core_.run_until_done(narrow->read(soon(), [](Tx& inner) { inner.query(select_one); }));
    } catch (const Error& error) {
      *second = error.detail();
    }
  }));
  EXPECT_EQ(*second, "no connection came free in time; all 1 are busy");
  EXPECT_EQ(count_of("antiphon_sql_exhausted_total"), 1);
  EXPECT_EQ(run(narrow->read(soon(), [](Tx& tx) { return tx.query(select_one).size(); })), 1u);
}

// All of them want the same row: each is stored once, and none gives up.
TEST_P(PostgresTest, collisions_are_run_again_and_counted) {
  make_table();
  auto counted = make_database(database_.url(), {.watch = {.registry = &metrics_}});
  run(counted->write(soon(), [](Tx& tx) { tx.execute(insert_row, 0); }));
  run([&]() -> Task<> {
    TaskGroup group([](const std::exception_ptr& error) { std::rethrow_exception(error); });
    for (int i = 0; i < 100; ++i) {
      group.spawn(counted->write(soon(), [](Tx& tx) { tx.execute(add_one); }));
    }
    co_await group.join();
  }());
  EXPECT_EQ(run(counted->read(soon(), [](Tx& tx) { return tx.query(select_rows)[0].integer(0); })),
            100);
  EXPECT_GT(count_of("antiphon_sql_retries_total", {{"reason", "collision"}}), 0);
}

TEST_P(PostgresTest, a_statement_that_failed_at_first_works_later) {
  make_table();
  auto insert = [&] {
    run(database_->write(soon(), [](Tx& tx) {
      tx.execute(insert_row, 1);
      tx.query(select_one);
    }));
  };
  insert();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(code_of(insert), Code::conflict);
  EXPECT_EQ(rows(), 1);
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
