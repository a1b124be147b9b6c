#include "engine/store/cache.h"

#include <gtest/gtest.h>

#include "engine/async/core.h"

namespace antiphon::store {
namespace {

using namespace std::chrono_literals;

// Stands still until it is moved.
class StillClock final : public Clock {
 public:
  Timestamp now() const override { return {}; }
  Instant steady() const override { return time; }
  bool moves_by_itself() const override { return false; }
  Instant time{1h};
};

class CacheTest : public ::testing::Test {
 protected:
  std::optional<std::string> get(std::string key) {
    return core_.run_until_done(cache_.get(std::move(key)));
  }
  void put(std::string key, std::string value, Duration time_to_live = 1h) {
    core_.run_until_done(cache_.put(std::move(key), std::move(value), time_to_live));
  }

  StillClock clock_;
  Core core_{0, clock_};
  // Room for three entries of a key and a value of 20 bytes together.
  MemoryCache cache_{clock_, 3 * (20 + MemoryCache::entry_overhead_bytes)};
};

TEST_F(CacheTest, gives_what_was_put_last) {
  EXPECT_EQ(get("a"), std::nullopt);
  put("a", "1");
  put("a", "2");
  EXPECT_EQ(get("a"), "2");
  EXPECT_EQ(cache_.size(), 1u);
}

TEST_F(CacheTest, forgets_when_the_time_is_over) {
  put("a", "1", 10s);
  clock_.time += 9s;
  EXPECT_EQ(get("a"), "1");
  clock_.time += 1s;
  EXPECT_EQ(get("a"), std::nullopt);
  EXPECT_EQ(cache_.bytes(), 0u);
}

TEST_F(CacheTest, drops_what_was_used_longest_ago) {
  for (auto key : {"a", "b", "c"}) put(key, std::string(19, 'x'));
  get("a");
  put("d", std::string(19, 'x'));
  EXPECT_TRUE(get("a").has_value());
  EXPECT_FALSE(get("b").has_value());
  EXPECT_TRUE(get("c").has_value());
  EXPECT_TRUE(get("d").has_value());
}

TEST_F(CacheTest, takes_nothing_that_is_larger_than_itself) {
  put("a", "1");
  put("b", std::string(10'000, 'x'));
  EXPECT_EQ(get("b"), std::nullopt);
  EXPECT_EQ(get("a"), "1");
}

TEST_F(CacheTest, erases_by_prefix) {
  put("ten_a:1", "x");
  put("ten_a:2", "x");
  put("ten_b:1", "x");
  core_.run_until_done(cache_.erase_prefix("ten_a:"));
  EXPECT_EQ(get("ten_a:1"), std::nullopt);
  EXPECT_EQ(get("ten_a:2"), std::nullopt);
  EXPECT_EQ(get("ten_b:1"), "x");
}

TEST_F(CacheTest, tells_what_came_of_looking) {  // E-90
  metrics::Registry registry;
  MemoryCache cache(clock_, 2 * (20 + MemoryCache::entry_overhead_bytes), &registry);
  auto look = [&](std::string key) { core_.run_until_done(cache.get(std::move(key))); };
  for (const char* key : {"a", "b", "c"}) {
    core_.run_until_done(cache.put(key, std::string(19, 'x'), 1min));
  }
  look("a");  // gave way to c
  look("b");
  look("c");
  clock_.time += 2min;
  look("c");
  std::string text = registry.to_text();
  EXPECT_NE(text.find("antiphon_cache_requests_total{outcome=\"hit\"} 2\n"), std::string::npos);
  EXPECT_NE(text.find("antiphon_cache_requests_total{outcome=\"miss\"} 2\n"), std::string::npos);
  EXPECT_NE(text.find("antiphon_cache_evictions_total 1\n"), std::string::npos);
  EXPECT_NE(text.find("antiphon_cache_bytes 180\n"), std::string::npos) << text;
}

}  // namespace
}  // namespace antiphon::store
