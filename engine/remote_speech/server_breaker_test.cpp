#include "engine/remote_speech/server_breaker.h"

#include <gtest/gtest.h>

// E-40, E-95: a server that fails is left alone and tried again.

namespace antiphon::remote_speech {
namespace {

using namespace std::chrono_literals;

class ServerBreakerTest : public ::testing::Test {
 protected:
  bool fail(std::optional<Duration> retry_after = {}) {
    auto attempt = breaker_->admit(now_);
    return attempt && attempt->failed(now_, retry_after);
  }
  bool is_out() const { return breaker_->is_out(now_); }

  Instant now_{1h};
  std::shared_ptr<ServerBreaker> breaker_ = std::make_shared<ServerBreaker>();
};

TEST_F(ServerBreakerTest, E95_five_failures_in_a_row_open_it_for_a_minute) {
  for (int i = 0; i < 4; ++i) EXPECT_FALSE(fail());
  breaker_->admit(now_)->succeeded(now_);
  for (int i = 0; i < 4; ++i) EXPECT_FALSE(fail());
  EXPECT_FALSE(is_out());
  EXPECT_TRUE(fail());
  EXPECT_TRUE(is_out());
  EXPECT_FALSE(breaker_->admit(now_ + 59s));
  EXPECT_TRUE(breaker_->admit(now_ + 60s));
}

TEST_F(ServerBreakerTest, E95_a_single_request_tries_again_and_decides) {
  for (int i = 0; i < 5; ++i) fail();
  now_ += 60s;
  {
    auto probe = breaker_->admit(now_);
    ASSERT_TRUE(probe && probe->is_probe());
    EXPECT_FALSE(breaker_->admit(now_)) << "one at a time";
    EXPECT_FALSE(probe->failed(now_, {})) << "it was open before";
  }
  EXPECT_FALSE(breaker_->admit(now_ + 59s));
  now_ += 60s;
  {
    auto left = breaker_->admit(now_);
  }  // nobody waited for it: it says nothing
  auto probe = breaker_->admit(now_);
  ASSERT_TRUE(probe);
  probe->succeeded(now_);
  EXPECT_FALSE(breaker_->admit(now_)->is_probe());
  EXPECT_FALSE(fail()) << "what failed before has been forgiven";
}

TEST_F(ServerBreakerTest, who_asks_to_be_left_alone_is_for_so_long) {
  fail(30s);
  EXPECT_TRUE(breaker_->is_out(now_ + 29s));
  EXPECT_FALSE(breaker_->is_out(now_ + 30s));
  fail(48h);
  now_ += 30s;
  fail(48h);
  EXPECT_FALSE(breaker_->is_out(now_ + ServerBreaker::retry_after_max)) << "no longer than that";
}

}  // namespace
}  // namespace antiphon::remote_speech
