// D-21: from an edit list to the layers of a film.
#include "apps/director/render/render_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "apps/director/render/render.h"

namespace antiphon::director::render_plan_test {
namespace {

using namespace std::chrono_literals;
using media::Arrangement;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

Cut clip(milliseconds start, milliseconds end, std::string id,
         Transition transition = Transition::crossfade) {
  return {.start = start,
          .end = end,
          .asset_id = std::move(id),
          .title = "Title",
          .transition = transition};
}

EditList list_with(std::vector<Cut> cuts, Layout layout = Layout::fullscreen) {
  return {.take_id = "ses_1",
          .length = 20s,
          .cuts = std::move(cuts),
          .layouts = {{0ms, layout}},
          .recording = Recording{.duration = 18s, .offset = 1s}};
}

RenderFiles files() {
  return {.clips = {{"a", {"/a", false}}, {"b", {"/b", true}}}, .recording = "/recording"};
}

std::string line_of(const media::Layer& layer) {
  return fmt::format("film {} {}-{} from {} fades {},{} speaker {},{}", layer.film, layer.begin,
                     layer.end, layer.source_begin, layer.fade_in, layer.fade_out,
                     layer.speaker_fade_in, layer.speaker_fade_out);
}

std::vector<std::string> lines_of(const media::Composition& whole) {
  std::vector<std::string> lines;
  for (const media::Layer& layer : whole.layers) lines.push_back(line_of(layer));
  return lines;
}

TEST(RenderPlan, has_the_speaker_where_the_recording_is) {
  auto whole = composition_of(list_with({}), {}, files());
  EXPECT_EQ(whole.length, 500);
  EXPECT_EQ(whole.width, 1280);
  ASSERT_TRUE(whole.speaker);
  EXPECT_EQ(whole.speaker->begin, 25);
  EXPECT_EQ(whole.speaker->end, 475);
  EXPECT_EQ(composition_of(list_with({}), {.quality = Quality::hd1080}, files()).height, 1080);
  RenderFiles none = files();
  none.recording.reset();
  EXPECT_FALSE(composition_of(list_with({}), {}, none).speaker);
}

TEST(RenderPlan, a_clip_fades_in_and_out_within_its_time) {
  EXPECT_THAT(lines_of(composition_of(list_with({clip(2s, 4s, "a")}), {}, files())),
              ElementsAre("film 0 50-100 from 0 fades 5,5 speaker 5,5"));
  EXPECT_THAT(
      lines_of(composition_of(list_with({clip(2s, 4s, "a", Transition::cut)}), {}, files())),
      ElementsAre("film 0 50-100 from 0 fades 0,0 speaker 0,0"));
}

TEST(RenderPlan, a_clip_stays_under_the_one_that_fades_in_over_it) {
  auto whole = composition_of(list_with({clip(2s, 4s, "a"), clip(4s, 6s, "b"), clip(6s, 7s, "a")}),
                              {}, files());
  EXPECT_THAT(whole.films, SizeIs(2));
  EXPECT_THAT(lines_of(whole), ElementsAre("film 0 50-105 from 0 fades 5,0 speaker 5,0",
                                           "film 1 100-155 from 0 fades 5,0 speaker 0,0",
                                           "film 0 150-175 from 0 fades 5,5 speaker 0,5"));
}

TEST(RenderPlan, a_clip_at_the_end_does_not_fade_out) {
  EXPECT_THAT(lines_of(composition_of(list_with({clip(16s, 20s, "a")}), {}, files())),
              ElementsAre("film 0 400-500 from 0 fades 5,0 speaker 5,0"));
}

TEST(RenderPlan, follows_the_layouts_within_a_clip_or_keeps_to_one) {
  EditList list = list_with({clip(2s, 4s, "a")});
  list.layouts = {{0ms, Layout::fullscreen}, {3s, Layout::pip}, {10s, Layout::side_by_side}};
  auto whole = composition_of(list, {}, files());
  EXPECT_THAT(lines_of(whole), ElementsAre("film 0 50-75 from 0 fades 5,0 speaker 5,0",
                                           "film 0 75-100 from 25 fades 0,5 speaker 0,5"));
  EXPECT_EQ(whole.layers[0].arrangement, Arrangement::fullscreen);
  EXPECT_EQ(whole.layers[1].arrangement, Arrangement::pip);
  whole = composition_of(list, {.layout = Layout::side_by_side}, files());
  ASSERT_THAT(whole.layers, SizeIs(1));
  EXPECT_EQ(whole.layers[0].arrangement, Arrangement::side_by_side);
}

TEST(RenderPlan, leaves_out_what_it_cannot_show_and_says_so) {
  Cut chart{.start = 1s, .end = 2s, .kind = CutKind::chart, .title = "C", .chart = Chart{}};
  EditList list = list_with({chart, clip(2s, 4s, "gone"), clip(5s, 6s, "gone")});
  EXPECT_THAT(composition_of(list, {}, files()).layers, IsEmpty());
  EXPECT_THAT(remarks_on(list, {"a"}), ElementsAre(HasSubstr("\"Title\" is not in the library"),
                                                   HasSubstr("1 of them is left out")));
  list.recording.reset();
  EXPECT_THAT(remarks_on(list, {"gone"}), ElementsAre(HasSubstr("Charts"), HasSubstr("black")));
}

TEST(RenderScript, gives_the_list_back_that_it_was_made_of) {
  EditList list = list_with({clip(2s, 4s, "a")}, Layout::pip);
  list.captions = {{1s, 2s, "Hej"}};
  list.recording->content_hash = "hash";
  EditList again = list_of(script_of(list, {}));
  EXPECT_EQ(again.length, list.length);
  EXPECT_EQ(again.cuts[0].end, list.cuts[0].end);
  EXPECT_EQ(again.layouts, list.layouts);
  EXPECT_EQ(again.captions[0].text, "Hej");
  EXPECT_EQ(again.recording->end(), list.recording->end());
}

}  // namespace
}  // namespace antiphon::director::render_plan_test
