// D-21: what came on screen is kept with its place in the take's sound.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apps/director/test/take_rig.h"

namespace antiphon::director {
namespace {

using namespace std::chrono_literals;
using Kind = speech::Transcript::Kind;

std::vector<MomentKind> kinds_of(const TakeRig& rig) {
  std::vector<MomentKind> kinds;
  for (const KeptMoment& kept : rig.database.moments) kinds.push_back(kept.moment.kind);
  return kinds;
}

void show(TakeRig& rig, std::string_view clip) {
  rig.say(fmt::format(R"({{"action":"manualOverride","assetId":"{}"}})", clip));
  rig.run_for(10ms);
}

TEST(Moments, of_a_spoken_take_stand_where_the_sound_was) {
  TakeRig rig({.script = {{at(1500ms), Kind::final, "the football team won"}}});
  rig.open();
  rig.hear(3s);
  rig.end("ended");
  rig.run_for(1s);
  ASSERT_EQ(kinds_of(rig), (std::vector{MomentKind::clip, MomentKind::end}));
  const KeptMoment& clip = rig.database.moments[0];
  EXPECT_EQ(clip.number, 1);
  EXPECT_GE(clip.at, 1500ms);
  EXPECT_LE(clip.at, 1700ms);
  EXPECT_EQ(clip.moment.asset_id, goal_clip);
  EXPECT_EQ(clip.moment.title, "Football in the goal");
  EXPECT_EQ(clip.moment.said, "the football team won");
  EXPECT_EQ(clip.moment.length_ms, 4s);
  EXPECT_GE(rig.database.moments[1].at, 3s);
  EXPECT_LE(rig.database.moments[1].at, 3100ms);
}

TEST(Moments, of_a_take_without_sound_count_from_its_beginning) {
  TakeRig rig({});
  rig.open();
  rig.run_for(2s);
  show(rig, rain_clip);
  rig.run_for(1s);
  rig.say(R"({"action":"layout","layout":"pip"})");
  rig.say(R"({"action":"layout","layout":"pip"})");
  rig.end("ended");
  rig.run_for(1s);
  ASSERT_EQ(kinds_of(rig), (std::vector{MomentKind::clip, MomentKind::layout, MomentKind::end}));
  EXPECT_NEAR(static_cast<double>(rig.database.moments[0].at.count()), 2000, 20);
  EXPECT_EQ(rig.database.moments[1].moment.layout, Layout::pip);
  EXPECT_NEAR(static_cast<double>(rig.database.moments[1].at.count()), 3000, 30);
}

TEST(Moments, go_on_when_the_sound_has_ended_and_never_back) {
  TakeRig rig({});
  rig.open();
  rig.hear(2s);
  rig.run_for(3s);
  show(rig, rain_clip);
  rig.hear(500ms);
  show(rig, train_clip);
  rig.end("ended");
  rig.run_for(1s);
  ASSERT_EQ(rig.database.moments.size(), 3u);
  EXPECT_NEAR(static_cast<double>(rig.database.moments[0].at.count()), 5000, 120);
  // The sound stands at 2.5 s: what was shown before it came again holds its place.
  EXPECT_EQ(rig.database.moments[1].at, rig.database.moments[0].at);
}

TEST(Moments, of_figures_are_kept_with_what_was_drawn) {
  TakeRig rig({});
  rig.open();
  rig.say(R"({"action":"text","text":"Sales grew by 20 percent"})");
  rig.run_for(1s);
  rig.end("ended");
  rig.run_for(1s);
  auto drawn = std::ranges::find(rig.database.moments, MomentKind::chart,
                                 [](const KeptMoment& kept) { return kept.moment.kind; });
  ASSERT_NE(drawn, rig.database.moments.end());
  ASSERT_TRUE(drawn->moment.chart);
  EXPECT_EQ(drawn->moment.chart->points[0].value, 20);
  EXPECT_EQ(drawn->moment.length_ms, 6s);
}

TEST(Moments, are_numbered_on_after_a_restart) {
  TakeState state{
      .state = "processing", .end_sample = 32'000, .begun_at = Timestamp(1us), .moments = 7};
  TakeRig rig({.restored = schema::to_json(state)});
  rig.open();
  show(rig, rain_clip);
  rig.end("ended");
  rig.run_for(1s);
  ASSERT_EQ(rig.database.moments.size(), 2u);
  EXPECT_EQ(rig.database.moments[0].number, 8);
  EXPECT_EQ(rig.database.moments[0].at, 2s);
}

}  // namespace
}  // namespace antiphon::director
