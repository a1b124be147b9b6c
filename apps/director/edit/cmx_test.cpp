// D-21: edit lists for other programs, to the letter.
#include "apps/director/edit/cmx.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/base/error.h"

namespace antiphon::director {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

Cut clip(milliseconds start, milliseconds end, std::string id, std::string title,
         Transition transition = Transition::cut) {
  return {.start = start,
          .end = end,
          .asset_id = std::move(id),
          .title = std::move(title),
          .transition = transition};
}

EditList list_of(milliseconds length, std::vector<Cut> cuts) {
  return {.take_id = "ses_1",
          .length = length,
          .cuts = std::move(cuts),
          .layouts = {{0ms, Layout::fullscreen}}};
}

TEST(Cmx, a_list_of_cuts_over_black) {
  EXPECT_EQ(to_cmx(list_of(10s, {clip(2s, 5s, "ast_abcdefghjk", "Football in the goal")})),
            R"(TITLE: ses_1
FCM: NON-DROP FRAME

001  BL       V     C        00:00:00:00 00:00:02:00 00:00:00:00 00:00:02:00
* FROM CLIP NAME: Black

002  ABCDEFGH V     C        00:00:00:00 00:00:03:00 00:00:02:00 00:00:05:00
* FROM CLIP NAME: Football in the goal
* SOURCE FILE: ast_abcdefghjk

003  BL       V     C        00:00:00:00 00:00:05:00 00:00:05:00 00:00:10:00
* FROM CLIP NAME: Black
* LAYOUT: 00:00:00:00 fullscreen
)");
}

TEST(Cmx, crossfades_are_dissolves_and_the_recording_lies_behind) {
  EditList list = list_of(12s, {clip(4s, 6s, "ast_aaaaaaaaaa", "A", Transition::crossfade),
                                clip(6s, 8s, "ast_bbbbbbbbbb", "B", Transition::crossfade)});
  list.recording = Recording{.duration = 10s, .offset = 1s};
  list.layouts.push_back({6s, Layout::pip});
  EXPECT_EQ(to_cmx(list), R"(TITLE: ses_1
FCM: NON-DROP FRAME

001  BL       V     C        00:00:00:00 00:00:01:00 00:00:00:00 00:00:01:00
* FROM CLIP NAME: Black

002  TAKE     V     C        00:00:00:00 00:00:03:00 00:00:01:00 00:00:04:00
* FROM CLIP NAME: Recording

003  TAKE     V     C        00:00:03:00 00:00:03:00 00:00:04:00 00:00:04:00
003  AAAAAAAA V     D    005 00:00:00:00 00:00:02:00 00:00:04:00 00:00:06:00
* FROM CLIP NAME: Recording
* TO CLIP NAME: A
* SOURCE FILE: ast_aaaaaaaaaa

004  AAAAAAAA V     C        00:00:02:00 00:00:02:00 00:00:06:00 00:00:06:00
004  BBBBBBBB V     D    005 00:00:00:00 00:00:01:20 00:00:06:00 00:00:07:20
* FROM CLIP NAME: A
* TO CLIP NAME: B
* SOURCE FILE: ast_bbbbbbbbbb

005  BBBBBBBB V     C        00:00:01:20 00:00:01:20 00:00:07:20 00:00:07:20
005  TAKE     V     D    005 00:00:06:20 00:00:10:00 00:00:07:20 00:00:11:00
* FROM CLIP NAME: B
* TO CLIP NAME: Recording

006  BL       V     C        00:00:00:00 00:00:01:00 00:00:11:00 00:00:12:00
* FROM CLIP NAME: Black

007  TAKE     A     C        00:00:00:00 00:00:10:00 00:00:01:00 00:00:11:00
* FROM CLIP NAME: Recording
* LAYOUT: 00:00:00:00 fullscreen
* LAYOUT: 00:00:06:00 pip
)");
}

TEST(Cmx, titles_of_every_script_stand_on_one_line) {
  std::vector<Cut> cuts{clip(0s, 1s, "ast_1", "Sjön i dimma"), clip(1s, 2s, "ast_2", "海と空\n夜"),
                        clip(2s, 3s, "ast_3", "בית \u2028 على"), clip(3s, 4s, "ast_4", "🚀\r\n🌍")};
  std::string text = to_cmx(list_of(4s, cuts));
  EXPECT_THAT(text, HasSubstr("* FROM CLIP NAME: Sjön i dimma\n"));
  EXPECT_THAT(text, HasSubstr("* FROM CLIP NAME: 海と空 夜\n"));
  EXPECT_THAT(text, HasSubstr("* FROM CLIP NAME: בית على\n"));
  EXPECT_THAT(text, HasSubstr("* FROM CLIP NAME: 🚀 🌍\n"));
}

TEST(Cmx, two_clips_have_two_reels) {
  std::string text =
      to_cmx(list_of(3s, {clip(0s, 1s, "ast_sameheadone", "1"),
                          clip(1s, 2s, "ast_sameheadtwo", "2"), clip(2s, 3s, "ast_take", "3")}));
  EXPECT_THAT(text, HasSubstr("001  SAMEHEAD V "));
  EXPECT_THAT(text, HasSubstr("002  SAMEHEA2 V "));
  EXPECT_THAT(text, HasSubstr("003  TAKE2    V "));
}

TEST(Cmx, borders_are_the_nearest_frames_without_gap) {
  std::string text =
      to_cmx(list_of(2s, {clip(19ms, 1019ms, "ast_a", "A"), clip(1020ms, 1990ms, "ast_b", "B")}));
  EXPECT_THAT(text, HasSubstr("001  A        V     C        00:00:00:00 00:00:01:00 "
                              "00:00:00:00 00:00:01:00"));
  EXPECT_THAT(text, HasSubstr("00:00:01:00 00:00:01:01"));  // one frame of black between
  EXPECT_THAT(text, HasSubstr("00:00:01:01 00:00:02:00"));
}

TEST(Cmx, charts_are_comments) {
  Cut chart{.start = 1s, .end = 3s, .kind = CutKind::chart, .title = "Sales", .chart = Chart{}};
  EXPECT_THAT(to_cmx(list_of(5s, {chart})), HasSubstr("* CHART: 00:00:01:00 00:00:03:00 Sales\n"));
}

TEST(Cmx, has_room_for_999_events_and_says_so) {
  std::vector<Cut> cuts;
  for (int i = 0; i < 999; ++i) cuts.push_back(clip(i * 1s, (i + 1) * 1s, "ast_a", "A"));
  EXPECT_THAT(to_cmx(list_of(999s, cuts)), HasSubstr("\n999  A  "));
  try {
    to_cmx(list_of(1000s, cuts));
    FAIL() << "black is the thousandth event";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::unprocessable);
    EXPECT_THAT(error.message(), HasSubstr("999 events, and this list makes 1000"));
  }
}

TEST(Timecode, counts_frames_within_seconds) {
  EXPECT_EQ(timecode(0), "00:00:00:00");
  EXPECT_EQ(timecode(24), "00:00:00:24");
  EXPECT_EQ(timecode(25), "00:00:01:00");
  EXPECT_EQ(timecode(25 * (3600 + 120 + 3) + 4), "01:02:03:04");
}

TEST(Fade, is_five_frames_or_half_of_a_short_cut) {
  EXPECT_EQ(fade_of(clip(0s, 1s, "a", "", Transition::crossfade)), 5);
  EXPECT_EQ(fade_of(clip(0s, 240ms, "a", "", Transition::crossfade)), 3);
  EXPECT_EQ(fade_of(clip(0s, 1s, "a", "", Transition::cut)), 0);
}

TEST(Srt, to_the_letter) {
  std::vector<Caption> captions{{0ms, 1500ms, "Hej på dig"},
                                {3'723'004ms, 3'724'999ms, "次の駅 --> 出口\nです"}};
  EXPECT_EQ(to_srt(captions), R"(1
00:00:00,000 --> 00:00:01,500
Hej på dig

2
01:02:03,004 --> 01:02:04,999
次の駅 → 出口 です

)");
  EXPECT_EQ(to_srt({}), "");
}

}  // namespace
}  // namespace antiphon::director
