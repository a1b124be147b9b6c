// What only the grouping writer of SQLite can do wrong.
#include <gtest/gtest.h>

#include <future>

#include "engine/async/task_group.h"
#include "engine/base/temporary_folder.h"
#include "engine/store/database.h"
#include "engine/store/sqlite_writer.h"
#include "engine/store/watched_disk.h"

namespace antiphon::store::sqlite_test {
namespace {

constexpr Statement insert_row{"rows.insert", "INSERT INTO rows (id) VALUES ($1)"};
constexpr Statement select_rows{"rows.all", "SELECT id FROM rows ORDER BY id"};
constexpr Statement endless{"endless",
                            "INSERT INTO rows WITH RECURSIVE n(x) AS "
                            "(SELECT 100 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n"};

class FailingDisk final : public testing::WatchedDisk {
 public:
  std::atomic<bool> fails = false;

 protected:
  bool synced(const std::string&) override { return !fails; }
};

class SqliteTest : public ::testing::Test {
 protected:
  SqliteTest() {
    run(database_->write(
        soon(), [](Tx& tx) { tx.run_script("CREATE TABLE rows (id BIGINT PRIMARY KEY)"); }));
  }

  template <class T>
  T run(Task<T> task) {
    return core_.run_until_done(std::move(task));
  }
  Instant soon() const { return clock_.steady() + std::chrono::seconds(60); }

  std::vector<std::int64_t> rows() {
    return run(database_->read(soon(), [](Tx& tx) {
      std::vector<std::int64_t> ids;
      for (Row row : tx.query(select_rows)) ids.push_back(row.integer(0));
      return ids;
    }));
  }

  // How each of several writes ended that wait for the writer at the same time: it is kept busy
  // until all are queued.
  std::vector<std::string> write_together(std::vector<std::function<void(Tx&)>> closures,
                                          Instant deadline) {
    std::vector<std::string> ends(closures.size());
    std::promise<void> is_busy, all_wait;
    auto write = [&](std::size_t i) -> Task<> {
      try {
        co_await database_->write(deadline, closures[i]);
        ends[i] = "stored";
      } catch (const Error& error) {
        ends[i] = error.detail();
      }
    };
    run([&]() -> Task<> {
      TaskGroup group([](const std::exception_ptr& error) { std::rethrow_exception(error); });
      group.spawn(keep_busy(is_busy, all_wait.get_future().share()));
      group.spawn([&]() -> Task<> {
        is_busy.get_future().wait();
        co_return;
      }());
      for (std::size_t i = 0; i < closures.size(); ++i) group.spawn(write(i));
      group.spawn([&]() -> Task<> {
        all_wait.set_value();
        co_return;
      }());
      co_await group.join();
    }());
    return ends;
  }

  Task<> keep_busy(std::promise<void>& is_busy, std::shared_future<void> until) {
    co_await database_->write(soon(), [&is_busy, until](Tx&) {
      is_busy.set_value();
      until.wait();
    });
  }

  static std::function<void(Tx&)> insert(std::int64_t id) {
    return [id](Tx& tx) { tx.execute(insert_row, id); };
  }

  FailingDisk disk_;
  TemporaryFolder folder_;
  SystemClock clock_;
  Core core_{0, clock_};
  metrics::Registry metrics_;
  std::unique_ptr<Database> database_ =
      make_database(fmt::format("sqlite:{}", (folder_.path() / "db").string()),
                    {.watch = {.registry = &metrics_}});
};

TEST_F(SqliteTest, many_writers_share_one_sync) {
  std::vector<std::function<void(Tx&)>> closures;
  for (std::int64_t i = 0; i < 200; ++i) closures.push_back(insert(i));
  auto before = disk_.syncs();
  for (const std::string& end : write_together(closures, soon())) EXPECT_EQ(end, "stored");
  // E-60: at most one sync for twenty writes; the log's header may take another.
  EXPECT_LE(disk_.syncs() - before, 10u);
  EXPECT_EQ(rows().size(), 200u);
}

TEST_F(SqliteTest, a_failed_commit_is_told_to_all_and_the_next_one_works) {
  disk_.fails = true;
  for (const std::string& end : write_together({insert(1), insert(2)}, soon())) {
    EXPECT_TRUE(end.starts_with("COMMIT: ")) << end;
  }
  disk_.fails = false;
  EXPECT_EQ(write_together({insert(3)}, soon()), std::vector<std::string>{"stored"});
  EXPECT_EQ(rows(), std::vector<std::int64_t>{3});
  EXPECT_EQ(metrics_.to_text().find("antiphon_sql_commit_failures_total 0"), std::string::npos);
}

// It is taken back, those before it are stored, and then it has a commit of its own.
TEST_F(SqliteTest, a_closure_that_takes_long_does_not_hold_its_group) {
  auto is_stored = std::make_shared<std::atomic<bool>>(false);
  auto runs = std::make_shared<std::atomic<int>>(0);
  auto first = [is_stored](Tx& tx) {
    tx.execute(insert_row, 1);
    tx.after_commit([is_stored] { *is_stored = true; });
  };
  auto slow = [is_stored, runs](Tx& tx) {
    if (++*runs == 1) tx.execute(endless);
    EXPECT_TRUE(*is_stored);
    tx.execute(insert_row, 2);
  };
  auto ends = write_together({first, slow, insert(3)}, soon());
  EXPECT_EQ(ends, std::vector<std::string>(3, "stored"));
  EXPECT_EQ(rows(), (std::vector<std::int64_t>{1, 2, 3}));
  EXPECT_EQ(*runs, 2);
}

TEST_F(SqliteTest, a_write_whose_deadline_has_passed_does_not_start) {
  bool started = false;
  auto ends = write_together({[&](Tx&) { started = true; }}, clock_.steady() - Duration(1));
  EXPECT_EQ(ends[0], "writes wait");
  EXPECT_FALSE(started);
}

TEST_F(SqliteTest, many_short_statements_end_at_the_deadline_as_a_long_one_does) {
  auto reads_forever = [](Tx& tx) {
    for (;;) tx.query(select_rows);
  };
  auto ends = write_together({reads_forever}, clock_.steady() + std::chrono::milliseconds(100));
  EXPECT_EQ(ends[0], "rows.all");
}

}  // namespace
}  // namespace antiphon::store::sqlite_test
