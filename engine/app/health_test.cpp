#include "engine/app/health.h"

#include <gtest/gtest.h>

#include "engine/app/limits.h"
#include "engine/testing/virtual_time.h"

namespace antiphon::app {
namespace {

// A database that says nothing until the deadline of who asks.
class SilentDatabase final : public store::Database {
 public:
  SilentDatabase() : Database(store::DatabaseWatch::Options{}) {}
  store::Dialect dialect() const override { return store::Dialect::sqlite; }

 protected:
  Task<> run_read(Instant deadline, Closure) override { return fail_at(deadline); }
  Task<> run_write(Instant deadline, Closure) override { return fail_at(deadline); }
  Task<> run_exclusive(Instant deadline, Closure) override { return fail_at(deadline); }

 private:
  static Task<> fail_at(Instant deadline) {
    co_await sleep_for(deadline - Core::here().clock().steady());
    throw Error(Code::timeout, "The database did not answer.");
  }
};

// E-15: a part that hangs is down, and does not hold up who asks how the server is.
TEST(Health, a_database_that_says_nothing_is_down_after_a_short_time) {
  testing::VirtualTime time;
  SilentDatabase database;
  Instant began = time.clock().steady();
  auto check = [&]() -> Task<Dependency> {
    Call call(std::make_shared<Principal>(), Timestamp(), began + std::chrono::hours(1), {});
    co_return co_await check_database(database, std::move(call));
  };
  Dependency found = time.run(check());
  EXPECT_EQ(found.state, "down");
  EXPECT_EQ(found.message, "The database did not answer.");
  EXPECT_GE(time.clock().steady() - began, check_time_max);
  EXPECT_LT(time.clock().steady() - began, check_time_max + std::chrono::seconds(1));
}

}  // namespace
}  // namespace antiphon::app
