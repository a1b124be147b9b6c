#include "engine/live/session_end.h"

#include "engine/live/log_recovery.h"
#include "engine/live/sample_test.h"

namespace antiphon::live {
namespace {

using namespace std::chrono_literals;

class SessionEndTest : public ::testing::Test {
 protected:
  Task<> end(Duration time) {
    co_await end_session(session_, "ended", Core::here().clock().steady() + time);
    is_answered_ = true;
  }
  bool is_over_after_power_loss() const {
    auto image = files_.after_power_loss();
    return !recover_logs(image, "live").sessions.contains(session_->id());
  }

  MemoryLogFiles files_;
  Rig rig_{files_};
  std::shared_ptr<Session> session_ = rig_.open();
  bool is_answered_ = false;
};

// E-21: whoever was told that a session is over finds it over, whatever happens to the server.
TEST_F(SessionEndTest, is_on_the_disk_before_it_is_answered) {
  rig_.run(session_->until_synced(rig_.core().clock().steady() + 10s));
  ASSERT_FALSE(is_over_after_power_loss());
  rig_.run(end(10s));
  EXPECT_TRUE(is_over_after_power_loss());
  EXPECT_TRUE(session_->ended());
  EXPECT_EQ(rig_.hub().find(session_->id()), nullptr);
}

TEST_F(SessionEndTest, is_not_answered_while_the_disk_refuses) {
  rig_.run(session_->until_synced(rig_.core().clock().steady() + 10s));
  files_.refuses = true;
  try {
    rig_.run(end(50ms));
    FAIL() << "the end is nowhere";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::unavailable);
  }
  EXPECT_FALSE(is_answered_);
  EXPECT_FALSE(is_over_after_power_loss());
  files_.refuses = false;
  rig_.run(end(10s));
  EXPECT_TRUE(is_over_after_power_loss()) << "asked again, it is there";
}

TEST_F(SessionEndTest, waits_for_what_came_before_and_leaves_nobody_behind) {
  session_->post([&] { session_->emit(noted, Note{"the last words"}); });
  rig_.run(end(10s));
  EXPECT_EQ(session_->readers(), 0u);
  EXPECT_EQ(rig_.hub().find(session_->id()), nullptr);
}

}  // namespace
}  // namespace antiphon::live
