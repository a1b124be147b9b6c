#include "engine/store/sql_cache.h"

#include <gmock/gmock.h>

#include "engine/store/both_databases.h"
#include "engine/store/migration.h"

// E-34: values that cores, servers and their successors share.

namespace antiphon::store {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

// The machine's clocks; the time of day can be set forward.
class ShiftedClock final : public Clock {
 public:
  Timestamp now() const override { return real_.now() + ahead; }
  Instant steady() const override { return real_.steady(); }
  std::chrono::microseconds ahead{};

 private:
  SystemClock real_;
};

class SqlCacheTest : public testing::BothDatabases {
 protected:
  void SetUp() override {
    in(migrate(*database_, {{"engine", engine_migrations()}}, clock_.steady() + 60s));
  }
  // What was cancelled may still be under way there, and tells own_core_ of its end.
  void TearDown() override { database_.reopen(); }

  template <class T>
  T in(Task<T> task) {
    return own_core_.run_until_done(std::move(task));
  }
  // Patient: how busy the machine is decides nothing.
  SqlCache::Options patient() { return {.read_time = 60s, .metrics = &metrics_}; }
  static std::optional<std::string> none() { return std::nullopt; }

  std::optional<std::string> get(SqlCache& cache, std::string key) {
    return in(cache.get(std::move(key)));
  }
  void put(SqlCache& cache, std::string key, std::string value, Duration time = 1h) {
    in(cache.put(std::move(key), std::move(value), time));
  }
  void flush(SqlCache& cache) { in(cache.flush(soon())); }
  std::int64_t rows_there() {
    constexpr Statement count{"test.count", "SELECT COUNT(*) FROM cache_entries"};
    return in(database_->read(soon(), [count](Tx& tx) { return tx.query(count)[0].integer(0); }));
  }

  ShiftedClock shifted_;
  Core own_core_{1, shifted_};
  metrics::Registry metrics_;
};
ON_BOTH_DATABASES(SqlCacheTest);

TEST_P(SqlCacheTest, what_one_put_another_finds_after_a_restart) {  // E-34
  std::string bytes("\0\xff binary", 9);
  {
    SqlCache cache(*database_, patient());
    put(cache, "ten_a/answer/1", "old");
    put(cache, "ten_a/answer/1", bytes);
    flush(cache);
    EXPECT_EQ(cache.waiting(), 0u);
  }
  database_.reopen();
  SqlCache cache(*database_, patient());
  EXPECT_EQ(get(cache, "ten_a/answer/1"), bytes);
  EXPECT_EQ(get(cache, "ten_b/answer/1"), none());
  put(cache, "ten_a/answer/1", "new");
  flush(cache);
  SqlCache other(*database_, patient());
  EXPECT_EQ(get(other, "ten_a/answer/1"), "new");
}

TEST_P(SqlCacheTest, is_found_before_it_was_written) {
  SqlCache cache(*database_, patient());
  put(cache, "k", "v");
  EXPECT_EQ(rows_there(), 0);
  EXPECT_EQ(get(cache, "k"), "v");
  flush(cache);
  EXPECT_EQ(rows_there(), 1);
  EXPECT_EQ(get(cache, "k"), "v");
}

TEST_P(SqlCacheTest, nothing_is_given_after_its_time_and_a_sweep_takes_it_away) {
  SqlCache cache(*database_, patient());
  put(cache, "waits", "v", 10s);
  put(cache, "short", "v", 10s);
  put(cache, "long", "v", 20s);
  flush(cache);
  put(cache, "waits", "v", 10s);
  shifted_.ahead = 10s;
  EXPECT_EQ(get(cache, "waits"), none());
  EXPECT_EQ(get(cache, "short"), none());
  EXPECT_EQ(get(cache, "long"), "v");
  in(cache.sweep(soon()));
  EXPECT_EQ(rows_there(), 1);
  EXPECT_THAT(metrics_.to_text(),
              HasSubstr("antiphon_sql_cache_removals_total{reason=\"ended\"} 2\n"));
}

TEST_P(SqlCacheTest, a_sweep_takes_small_steps_to_the_end) {
  SqlCache cache(*database_, patient());
  auto many = 2 * SqlCache::rows_swept + 1;
  for (std::int64_t i = 0; i < many; ++i) put(cache, fmt::format("k{}", i), "v", 1s);
  flush(cache);
  EXPECT_EQ(rows_there(), many);
  shifted_.ahead = 1s;
  in(cache.sweep(soon()));
  EXPECT_EQ(rows_there(), 0);
}

TEST_P(SqlCacheTest, what_ends_soonest_goes_first_when_there_is_too_much) {  // E-34
  SqlCache::Options options = patient();
  options.rows_max = 20;
  SqlCache cache(*database_, options);
  for (int i = 0; i < 20; ++i) put(cache, fmt::format("k{}", i), "v", 1h + i * 1s);
  flush(cache);
  EXPECT_EQ(rows_there(), 20);
  put(cache, "new", "v", 2h);
  flush(cache);
  EXPECT_EQ(rows_there(), 19);
  EXPECT_EQ(get(cache, "k0"), none());
  EXPECT_EQ(get(cache, "k1"), none());
  EXPECT_EQ(get(cache, "k2"), "v");
  EXPECT_EQ(get(cache, "new"), "v");
  EXPECT_THAT(metrics_.to_text(),
              HasSubstr("antiphon_sql_cache_removals_total{reason=\"too_much\"} 2\n"));
}

TEST_P(SqlCacheTest, bytes_are_bounded_too_over_all_servers) {
  SqlCache::Options options = patient();
  options.bytes_max = 10'000;
  SqlCache here(*database_, options);
  SqlCache there(*database_, options);
  for (int i = 0; i < 9; ++i) put(here, fmt::format("h{}", i), std::string(998, 'x'), 1h);
  flush(here);
  for (int i = 0; i < 9; ++i) put(there, fmt::format("t{}", i), std::string(998, 'x'), 2h);
  flush(there);
  EXPECT_EQ(rows_there(), 18) << "each has counted what it wrote itself";
  in(here.sweep(soon()));
  EXPECT_EQ(rows_there(), 9);
  EXPECT_EQ(get(here, "t8"), std::string(998, 'x'));
  EXPECT_EQ(get(here, "h8"), none());
}

TEST_P(SqlCacheTest, what_is_replaced_is_not_counted_as_more) {
  SqlCache::Options options = patient();
  options.rows_max = 3;
  SqlCache cache(*database_, options);
  for (int i = 0; i < 10; ++i) {
    put(cache, "a", "1");
    put(cache, "b", "2");
    flush(cache);
  }
  EXPECT_EQ(rows_there(), 2);
}

TEST_P(SqlCacheTest, too_large_and_too_much_at_once_is_dropped) {
  SqlCache cache(*database_, patient());
  put(cache, "large", std::string(cache_entry_bytes_max, 'x'));
  put(cache, std::string(cache_key_bytes_max + 1, 'k'), "v");
  EXPECT_EQ(cache.waiting(), 0u);
  std::string value(cache_entry_bytes_max - 10, 'x');
  auto fit = static_cast<std::size_t>(cache_waiting_bytes_max / cache_entry_bytes_max);
  for (std::size_t i = 0; i <= fit; ++i) put(cache, fmt::format("k{}", i), value);
  EXPECT_EQ(cache.waiting(), fit);
  put(cache, "k0", value);
  EXPECT_EQ(cache.waiting(), fit) << "what replaces another one takes its room";
  EXPECT_EQ(get(cache, fmt::format("k{}", fit)), none());
  EXPECT_THAT(metrics_.to_text(),
              HasSubstr("antiphon_sql_cache_puts_total{outcome=\"dropped\"} 3\n"));
}

TEST_P(SqlCacheTest, erases_by_prefix_what_waits_and_what_was_written) {
  SqlCache cache(*database_, patient());
  put(cache, "ten_a/1", "v");
  put(cache, "ten_b/1", "v");
  flush(cache);
  put(cache, "ten_a/2", "v");
  in(cache.erase_prefix("ten_a/"));
  flush(cache);
  EXPECT_EQ(get(cache, "ten_a/1"), none());
  EXPECT_EQ(get(cache, "ten_a/2"), none());
  EXPECT_EQ(get(cache, "ten_b/1"), "v");
}

TEST_P(SqlCacheTest, cores_put_and_find_at_the_same_time) {
  SqlCache cache(*database_, patient());
  std::atomic<int> found = 0;
  auto work = [&](unsigned number) {
    Core core(number, clock_);
    for (int i = 0; i < 100; ++i) {
      std::string key = fmt::format("{}/{}", number, i);
      core.run_until_done(cache.put(key, key, 1h));
      if (i % 10 == 0) core.run_until_done(cache.flush(soon()));
      if (core.run_until_done(cache.get(key)) == key) ++found;
    }
  };
  std::vector<std::jthread> threads;
  for (unsigned i = 2; i < 5; ++i) threads.emplace_back(work, i);
  threads.clear();
  flush(cache);
  EXPECT_EQ(found, 300);
  EXPECT_EQ(rows_there(), 300);
}

TEST_P(SqlCacheTest, keeping_up_writes_by_itself) {
  SqlCache cache(*database_, patient());
  put(cache, "k", "v");
  in([&]() -> Task<> {
    TaskGroup tasks([](const std::exception_ptr&) { ADD_FAILURE(); });
    tasks.spawn(cache.keep_up());
    while (cache.waiting() > 0) co_await sleep_for(1ms);
    co_await tasks.stop();
  }());
  EXPECT_EQ(rows_there(), 1);
}

TEST_P(SqlCacheTest, below_a_cache_in_memory_values_come_up_for_the_time_they_have_left) {  // E-34
  SqlCache shared(*database_, patient());
  MemoryCache mine(shifted_, 1 << 20);
  MemoryCache others(shifted_, 1 << 20);
  LayeredCache cache(mine, shared);
  LayeredCache other(others, shared);
  in(other.put("k", "v", 10s));
  EXPECT_EQ(in(mine.get("k")), none());
  EXPECT_EQ(in(cache.get("k")), "v");
  EXPECT_EQ(in(mine.get("k")), "v") << "it is here now";
  EXPECT_EQ(in(cache.get("else")), none());
  shifted_.ahead = 10s;
  MemoryCache late(shifted_, 1 << 20);
  EXPECT_EQ(in(LayeredCache(late, shared).get("k")), none());
  in(cache.erase_prefix("k"));
  EXPECT_EQ(in(mine.get("k")), none());
}

// One that fails, or never answers.
class BrokenDatabase final : public Database {
 public:
  explicit BrokenDatabase(bool answers) : Database({}), answers_(answers) {}
  Dialect dialect() const override { return Dialect::sqlite; }
  int asked = 0;

 private:
  Task<> run_read(Instant deadline, Closure closure) override {
    return run_write(deadline, std::move(closure));
  }
  Task<> run_write(Instant, Closure) override {
    ++asked;
    if (!answers_) co_await sleep_for(1h);
    throw Error(Code::unavailable, "It is away.");
  }
  Task<> run_exclusive(Instant deadline, Closure closure) override {
    return run_write(deadline, std::move(closure));
  }
  bool answers_;
};

class BrokenCacheTest : public ::testing::TestWithParam<bool> {};
INSTANTIATE_TEST_SUITE_P(, BrokenCacheTest, ::testing::Values(true, false),
                         [](const auto& answers) { return answers.param ? "fails" : "silent"; });

TEST_P(BrokenCacheTest, a_database_that_is_away_fails_nobody_and_is_left_alone) {  // E-34
  SystemClock clock;
  Core core(0, clock);
  BrokenDatabase database(GetParam());
  metrics::Registry metrics;
  SqlCache cache(database, {.read_time = 1ms, .metrics = &metrics});
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(core.run_until_done(cache.get("k")), std::nullopt);
  }
  EXPECT_EQ(database.asked, 5);
  EXPECT_THAT(metrics.to_text(),
              HasSubstr("antiphon_sql_cache_requests_total{outcome=\"failed\"} 20\n"));
  core.run_until_done(cache.put("k", "v", 1h));
  EXPECT_EQ(core.run_until_done(cache.get("k")), "v") << "what waits is known";
  if (!GetParam()) return;
  core.run_until_done(cache.flush(clock.steady() + 1h));
  EXPECT_EQ(cache.waiting(), 0u) << "what cannot be written is dropped";
}

}  // namespace
}  // namespace antiphon::store
