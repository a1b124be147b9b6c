// E-100: what a database tells the operator.
#include "engine/store/both_databases.h"
#include "engine/store/database.h"
#include "engine/trace/tracer.h"

namespace antiphon::store::watch_test {
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

TEST_P(WatchTest, transactions_and_their_statements_are_spans_below_who_asked) {  // E-90
  trace::Tracer tracer(clock_, random_);
  trace::Context asked = trace::begin_trace(&tracer, random_);
  run(watched_->write({soon(), asked}, [](Tx& tx) { tx.execute(insert_row, 1, "secret"); }));
  auto twice = [](Tx& tx) { tx.execute(insert_row, 1, "secret"); };
  EXPECT_THROW(run(watched_->write({soon(), asked}, twice)), Error);
  run(watched_->read({soon(), asked}, [](Tx& tx) { tx.query(count_rows); }));
  run(watched_->read(soon(), [](Tx& tx) { tx.query(count_rows); }));  // nobody's
  auto spans = tracer.take(100);
  std::vector<std::string> names;
  for (const auto& span : spans) names.push_back(span.name + (span.failure.empty() ? "" : "!"));
  EXPECT_EQ(names, (std::vector<std::string>{"rows.insert", "sql write", "rows.insert!",
                                             "sql write!", "rows.count", "sql read"}));
  for (std::size_t i = 0; i < spans.size(); i += 2) {
    EXPECT_EQ(spans[i].parent, spans[i + 1].context.span_id);
    EXPECT_GE(spans[i + 1].took, spans[i].took);
    for (const auto& [key, value] : spans[i].attributes) {
      EXPECT_NE(value, trace::Attribute("secret")) << "no value of a statement";
    }
  }
}

TEST_P(WatchTest, a_slow_statement_is_logged_under_its_trace) {
  trace::Context trace = trace::make_context(random_);
  run(watched_->read({soon(), trace}, [](Tx& tx) { tx.query(count_rows); }));
  watched_.reset();
  std::string all = fmt::format("{}", fmt::join(lines_, "\n"));
  EXPECT_NE(all.find(trace.trace_id.text()), std::string::npos) << all;
}

}  // namespace
}  // namespace antiphon::store::watch_test
