#include "apps/director/take/script.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/base/error.h"

namespace antiphon::director {
namespace {

using ::testing::ElementsAre;

TEST(Script, is_split_at_the_ends_of_sentences) {  // D-7
  EXPECT_THAT(split_script("We won 3.5 to 2. Did you see it?\n\n A train!  "),
              ElementsAre("We won 3.5 to 2.", "Did you see it?", "A train!"));
  EXPECT_THAT(split_script("no mark"), ElementsAre("no mark"));
}

TEST(Script, of_nothing_or_without_end_is_refused) {
  EXPECT_THROW(split_script(" \n "), Error);
  std::string many;
  for (std::size_t i = 0; i <= sentences_max; ++i) many += "One. ";
  EXPECT_THROW(split_script(many), Error);
}

TEST(Script, takes_its_time) {
  EXPECT_EQ(speaking_time("the football team won"), std::chrono::milliseconds(1600));
  EXPECT_EQ(speaking_time("..."), Duration{});
}

}  // namespace
}  // namespace antiphon::director
