// E-100: what a database tells the operator.
#include "engine/store/both_databases.h"
#include "engine/store/database.h"

namespace antiphon::store {
namespace {

constexpr Statement insert_row{"rows.insert", "INSERT INTO rows (id, words) VALUES ($1, $2)"};
constexpr Statement count_rows{"rows.count", "SELECT COUNT(*) FROM rows"};

// Both databases with a registry, and a log that calls every statement slow.
class WatchTest : public testing::BothDatabases {
 protected:
  void SetUp() override {
    run(watched_->write(soon(), [](Tx& tx) {
      tx.run_script("CREATE TABLE rows (id BIGINT PRIMARY KEY, words TEXT)");
    }));
  }

  // The value of a series of the metrics' text.
  double value(std::string_view series) const {
    std::string text = metrics_.to_text();
    std::size_t at = text.find(fmt::format("\n{} ", series));
    return at == std::string::npos ? -1 : std::stod(text.substr(at + series.size() + 2));
  }

  metrics::Registry metrics_;
  std::mutex mutex_;
  std::vector<std::string> lines_;
  std::unique_ptr<Database> watched_ = make_database(
      database_.url(), {.watch = {.registry = &metrics_,
                                  .log = log::Logger(clock_, {.sink =
                                                                  [this](std::string_view line) {
                                                                    std::lock_guard lock(mutex_);
                                                                    lines_.emplace_back(line);
                                                                  }}),
                                  .slow = Duration(0)}});
};

ON_BOTH_DATABASES(WatchTest);

TEST_P(WatchTest, counts_statements_waits_and_commits) {
  double before = value("antiphon_sql_commits_total");
  for (int i = 0; i < 3; ++i) {
    run(watched_->write(soon(), [i](Tx& tx) { tx.execute(insert_row, i, "x"); }));
  }
  run(watched_->read(soon(), [](Tx& tx) { tx.query(count_rows); }));
  EXPECT_EQ(value("antiphon_sql_statement_seconds_count{statement=\"rows.insert\"}"), 3);
  EXPECT_EQ(value("antiphon_sql_statement_seconds_count{statement=\"rows.count\"}"), 1);
  EXPECT_EQ(value("antiphon_sql_wait_seconds_count{kind=\"write\"}"), 4);
  EXPECT_EQ(value("antiphon_sql_wait_seconds_count{kind=\"read\"}"), 1);
  EXPECT_EQ(value("antiphon_sql_commits_total") - before, 3);
}

TEST_P(WatchTest, measures_the_size_of_the_database) {
  run(watched_->measure(soon()));
  EXPECT_GT(value("antiphon_sql_database_bytes"), 4096);
}

TEST_P(WatchTest, logs_a_slow_statement_by_its_name_without_values) {
  run(watched_->write(soon(), [](Tx& tx) { tx.execute(insert_row, 1, "secret"); }));
  watched_.reset();  // with it goes the last handle of the log, which is then written out
  std::string all = fmt::format("{}", fmt::join(lines_, "\n"));
  EXPECT_NE(all.find("rows.insert"), std::string::npos) << all;
  EXPECT_EQ(all.find("secret"), std::string::npos) << all;
}

}  // namespace
}  // namespace antiphon::store
