#include "engine/identity/sign_in_codes.h"

#include <gtest/gtest.h>

namespace antiphon::identity {
namespace {

TEST(SignInCodesTest, so_many_wait_and_the_oldest_goes) {
  SystemClock clock;
  SeededRandom random(1);
  SignInCodes codes(clock, random);
  std::vector<std::string> made;
  for (std::size_t i = 0; i <= SignInCodes::codes_max; ++i) {
    made.push_back(codes.make(std::to_string(i)));
  }
  EXPECT_FALSE(codes.redeem(made.front()));
  EXPECT_EQ(codes.redeem(made[1]), "1");
  EXPECT_EQ(codes.redeem(made.back()), std::to_string(SignInCodes::codes_max));
}

}  // namespace
}  // namespace antiphon::identity
