#include "engine/gateway/usage.h"

#include "engine/store/both_databases.h"
#include "engine/store/migration.h"
#include "engine/testing/virtual_time.h"

namespace antiphon::gateway {
namespace {

using namespace std::chrono_literals;

class UsageTest : public store::testing::BothDatabases {
 protected:
  void SetUp() override {
    run(store::migrate(*database_, {{"engine", store::engine_migrations()}}, soon()));
  }
  static UsageEntry entry(std::string tenant, Micros cost, std::string purpose = "front") {
    return {.payer = {.tenant = std::move(tenant)},
            .purpose = std::move(purpose),
            .model = "m",
            .attempts = 1,
            .tokens_in = 10,
            .tokens_out = 5,
            .cost = cost,
            .latency = 20ms};
  }
  std::vector<UsageRow> rows_of(const std::string& tenant) {
    return run(UsageLedger::of_tenant(*database_, tenant, all(), soon()));
  }
  UsageFilter all() const {
    return {.from = usage_clock_.now() - 240h, .until = usage_clock_.now() + 240h};
  }
  static UsageEntry of_key(std::string key, Micros cost) {
    UsageEntry entry = UsageTest::entry("ten_a", cost);
    entry.payer.allowance = Allowance{std::move(key), 1000};
    return entry;
  }

  antiphon::testing::FakeClock usage_clock_;
  UsageLedger usage_{usage_clock_};
};
ON_BOTH_DATABASES(UsageTest);

TEST_P(UsageTest, is_added_up_by_day_tenant_purpose_and_model) {  // E-39
  usage_.add(entry("ten_a", 100));
  usage_.add(entry("ten_a", 50));
  usage_.add(entry("ten_b", 7));
  usage_.add(entry("ten_a", 1, "director.analyse"));
  EXPECT_EQ(usage_.waiting(), 3u);
  run(usage_.flush(*database_, soon()));
  EXPECT_EQ(usage_.waiting(), 0u);
  usage_.add(entry("ten_a", 3));
  usage_clock_.advance(24h);
  usage_.add(entry("ten_a", 9));
  run(usage_.flush(*database_, soon()));
  auto rows = rows_of("ten_a");
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[0].cost, 9) << "the newest day first";
  EXPECT_EQ(rows[1].purpose, "director.analyse");
  EXPECT_EQ(rows[2].cost, 153);
  EXPECT_EQ(rows[2].calls, 3);
  EXPECT_EQ(rows[2].tokens_in, 30);
  EXPECT_EQ(rows[2].tokens_out, 15);
  EXPECT_EQ(rows[2].latency_ms, 60);
  EXPECT_EQ(rows_of("ten_b").size(), 1u);
}

TEST_P(UsageTest, what_was_spent_is_known_at_the_next_start) {  // E-39
  usage_.add(of_key("key_1", 40));
  usage_clock_.advance(24h);
  usage_.add(entry("ten_a", 2));
  run(usage_.flush(*database_, soon()));
  auto spent = run(usage_.load_spent(*database_, soon()));
  ASSERT_EQ(spent.size(), 2u);
  EXPECT_EQ(spent[0].account, "key_1");
  EXPECT_EQ(spent[0].total, 40);
  EXPECT_EQ(spent[0].day, 0);
  EXPECT_EQ(spent[1].account, "");
  EXPECT_EQ(spent[1].total, 42) << "a tenant pays for its keys";
  EXPECT_EQ(spent[1].day, 2);
  EXPECT_EQ(spent[1].month, 42);
}

TEST_P(UsageTest, what_cannot_be_written_waits_for_the_next_time) {  // E-39
  usage_.add(entry("ten_a", 100));
  EXPECT_THROW(run(usage_.flush(*database_, clock_.steady() - 1s)), Error);
  EXPECT_EQ(usage_.waiting(), 1u);
  run(usage_.flush(*database_, soon()));
  ASSERT_EQ(rows_of("ten_a").size(), 1u);
  EXPECT_EQ(rows_of("ten_a")[0].cost, 100);
}

TEST_P(UsageTest, is_given_for_one_account_and_page_by_page) {  // E-39
  for (int day = 0; day < 3; ++day) {
    for (const char* key : {"key_2", "key_1"}) usage_.add(of_key(key, day + 1));
    usage_.add(entry("ten_a", 10, "skill"));
    usage_clock_.advance(24h);
  }
  run(usage_.flush(*database_, soon()));
  UsageFilter filter = all();
  filter.account = "key_1";
  EXPECT_EQ(run(UsageLedger::of_tenant(*database_, "ten_a", filter, soon())).size(), 3u);
  filter.account = "";
  EXPECT_EQ(run(UsageLedger::of_tenant(*database_, "ten_a", filter, soon())).size(), 3u);

  auto whole = rows_of("ten_a");
  ASSERT_EQ(whole.size(), 9u);
  filter = all();
  filter.rows_max = 2;
  std::vector<UsageRow> paged;
  for (;;) {
    auto page = run(UsageLedger::of_tenant(*database_, "ten_a", filter, soon()));
    if (page.empty()) break;
    paged.insert(paged.end(), page.begin(), page.end());
    filter.after = {paged.back().day, paged.back().account, paged.back().purpose,
                    paged.back().model};
  }
  ASSERT_EQ(paged.size(), whole.size());
  for (std::size_t i = 0; i < whole.size(); ++i) {
    EXPECT_EQ(paged[i].day, whole[i].day);
    EXPECT_EQ(paged[i].account, whole[i].account);
    EXPECT_EQ(paged[i].cost, whole[i].cost);
  }
}

// Else who asks while another writes would see neither what waited nor what is written.
TEST_P(UsageTest, a_flush_waits_for_the_one_under_way) {  // E-39
  std::size_t seen = 0;
  run([&]() -> Task<> {
    TaskGroup group([](const std::exception_ptr&) { ADD_FAILURE() << "it cannot be written"; });
    usage_.add(entry("ten_a", 100));
    group.spawn(usage_.flush(*database_, soon()));
    while (usage_.waiting() > 0) co_await sleep_for(0ms);
    co_await usage_.flush(*database_, soon());
    seen = (co_await UsageLedger::of_tenant(*database_, "ten_a", all(), soon())).size();
    co_await group.join();
  }());
  EXPECT_EQ(seen, 1u);
}

/// Stores everything, and lets nobody hear of it.
class UnheardDatabase final : public store::Database {
 public:
  explicit UnheardDatabase(store::Database& inner) : Database({}), inner_(inner) {}
  store::Dialect dialect() const override { return inner_.dialect(); }

 private:
  Task<> run_read(Instant deadline, Closure closure) override {
    co_await inner_.read(deadline, std::move(closure));
  }
  Task<> run_write(Instant deadline, Closure closure) override {
    co_await inner_.write(deadline, std::move(closure));
    throw Error(Code::timeout, "nobody waits any more");
  }
  Task<> run_exclusive(Instant deadline, Closure closure) override {
    return run_write(deadline, std::move(closure));
  }

  store::Database& inner_;
};

TEST_P(UsageTest, what_was_stored_without_an_answer_is_not_counted_twice) {  // E-39
  UnheardDatabase unheard(*database_);
  usage_.add(entry("ten_a", 100));
  EXPECT_THROW(run(usage_.flush(unheard, soon())), Error);
  EXPECT_EQ(usage_.waiting(), 0u);
  usage_.add(entry("ten_a", 1));
  run(usage_.flush(*database_, soon()));
  ASSERT_EQ(rows_of("ten_a").size(), 1u);
  EXPECT_EQ(rows_of("ten_a")[0].cost, 101);
  EXPECT_EQ(rows_of("ten_a")[0].calls, 2);
}

TEST_P(UsageTest, so_many_rows_wait_and_the_rest_is_added_to_other) {
  for (std::size_t i = 0; i < UsageLedger::rows_max + 5; ++i) {
    usage_.add(entry("ten_a", 1, "purpose" + std::to_string(i)));
  }
  EXPECT_EQ(usage_.waiting(), UsageLedger::rows_max + 1);
}

}  // namespace
}  // namespace antiphon::gateway
