#pragma once

#include <gtest/gtest.h>

#include "engine/async/call.h"
#include "engine/base/random.h"
#include "engine/store/fresh_database.h"

namespace antiphon::store::testing {

/// A suite whose every test runs on SQLite and on PostgreSQL:
///   class VisitTest : public BothDatabases {};
///   ON_BOTH_DATABASES(VisitTest);
///   TEST_P(VisitTest, is_stored) { … }
class BothDatabases : public ::testing::TestWithParam<Dialect> {
 protected:
  template <class T>
  T run(Task<T> task) {
    return core_.run_until_done(std::move(task));
  }
  Instant soon() const { return clock_.steady() + std::chrono::seconds(60); }
  Call call(std::string tenant = "ten_a") const {
    auto principal = std::make_shared<Principal>();
    principal->tenant = std::move(tenant);
    return {std::move(principal), clock_.now(), soon(), trace::Context()};
  }

  SystemClock clock_;
  SystemRandom random_;
  Core core_{0, clock_};
  FreshDatabase database_{GetParam()};
};

inline std::string dialect_name(const ::testing::TestParamInfo<Dialect>& info) {
  return info.param == Dialect::sqlite ? "sqlite" : "postgresql";
}

#define ON_BOTH_DATABASES(Suite)                                                      \
  INSTANTIATE_TEST_SUITE_P(, Suite,                                                   \
                           ::testing::Values(::antiphon::store::Dialect::sqlite,      \
                                             ::antiphon::store::Dialect::postgresql), \
                           ::antiphon::store::testing::dialect_name)

}  // namespace antiphon::store::testing
