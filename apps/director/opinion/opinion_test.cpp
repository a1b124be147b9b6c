#include "apps/director/opinion/opinion.h"

#include <gtest/gtest.h>

namespace antiphon::director {
namespace {

constexpr Opinion liked{.thumb = Thumb::up};
constexpr Opinion disliked{.thumb = Thumb::down};
constexpr Opinion pinned{.standing = Standing::pinned};
constexpr Opinion banned{.thumb = Thumb::up, .standing = Standing::banned};

TEST(Opinion, moves_what_a_clip_counts_and_keeps_it_a_share) {  // D-8
  for (double confidence = 0.05; confidence < 1; confidence += 0.05) {
    EXPECT_EQ(weigh(confidence, {}), confidence);
    EXPECT_GT(weigh(confidence, liked), confidence);
    EXPECT_LT(weigh(confidence, liked), 1);
    EXPECT_LT(weigh(confidence, disliked), confidence);
    EXPECT_EQ(weigh(confidence, banned), 0);
  }
}

TEST(Opinion, a_pinned_clip_goes_before_all_others_when_it_fits_at_all) {  // D-8
  EXPECT_GT(weigh(pinned_confidence_min, pinned), 0.9);
  EXPECT_LT(weigh(1, pinned), 1.0001);
  EXPECT_EQ(weigh(0.05, pinned), 0.05) << "does not fit";
  EXPECT_GT(weigh(0.6, pinned), weigh(0.3, pinned));
}

TEST(Opinion, of_an_unjudged_clip_is_none) {
  EXPECT_EQ(opinion_of({}, "a"), Opinion{});
  EXPECT_EQ(opinion_of({{"a", pinned}}, "a"), pinned);
}

}  // namespace
}  // namespace antiphon::director
