#include "engine/identity/token_cache.h"

#include <gtest/gtest.h>

namespace antiphon::identity {
namespace {

using namespace std::chrono_literals;

class TokenCacheTest : public ::testing::Test {
 protected:
  void put(TokenCache::Ticket ticket) {
    cache_.put(ticket, sha256("hash"), who_, now_ + 1h, steady_);
  }
  bool knows(Duration later) const {
    auto civil = now_ + std::chrono::duration_cast<std::chrono::microseconds>(later);
    return cache_.find(sha256("hash"), civil, steady_ + later) != nullptr;
  }

  TokenCache cache_;
  std::shared_ptr<const Principal> who_ = std::make_shared<Principal>();
  Timestamp now_{};
  Instant steady_{};
};

TEST_F(TokenCacheTest, trusts_for_a_moment) {
  EXPECT_FALSE(knows(0s));
  put(cache_.begin());
  EXPECT_TRUE(knows(0s));
  EXPECT_TRUE(knows(4999ms));
  EXPECT_FALSE(knows(5s));
}

TEST_F(TokenCacheTest, never_trusts_beyond_the_end_of_a_token) {
  cache_.put(cache_.begin(), sha256("hash"), who_, now_ + 1s, steady_);
  EXPECT_TRUE(knows(999ms));
  EXPECT_FALSE(knows(1s));
}

TEST_F(TokenCacheTest, forgets_what_is_revoked_also_while_it_is_looked_up) {
  put(cache_.begin());
  cache_.forget(sha256("hash"));
  EXPECT_FALSE(knows(0s));
  auto ticket = cache_.begin();
  cache_.forget(sha256("hash"));
  put(ticket);
  EXPECT_FALSE(knows(0s));
}

TEST_F(TokenCacheTest, holds_so_many_and_no_more) {
  put(cache_.begin());
  for (std::size_t i = 0; i < TokenCache::tokens_max; ++i) {
    cache_.put(cache_.begin(), sha256(std::to_string(i)), who_, now_ + 1h, steady_);
  }
  EXPECT_FALSE(knows(0s));
}

}  // namespace
}  // namespace antiphon::identity
