#include "engine/simulate/failures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace antiphon::simulate {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

Result broken_at(std::uint64_t seed) {
  return {.plan = {.seed = seed}, .violations = {"a promise"}};
}

// A long run tells all of its seeds that are red, not the one that was found first.
TEST(Failures, all_seeds_are_told_and_the_lowest_is_shown) {
  Failures failures;
  for (std::uint64_t seed : {2813, 531, 531, 9000}) failures.add(broken_at(seed));
  EXPECT_THAT(failures.seeds(), ElementsAre(531, 2813, 9000));
  EXPECT_EQ(failures.first().plan.seed, 531u);
  EXPECT_FALSE(failures.is_enough());
}

TEST(Failures, end_a_run_when_there_are_enough) {
  Failures one(1);
  EXPECT_FALSE(one.is_enough());
  one.add(broken_at(7));
  EXPECT_TRUE(one.is_enough());
  Failures usual;
  for (std::uint64_t seed = 0; !usual.is_enough(); ++seed) usual.add(broken_at(seed));
  EXPECT_THAT(usual.seeds(), SizeIs(failed_seeds_max));
}

}  // namespace
}  // namespace antiphon::simulate
