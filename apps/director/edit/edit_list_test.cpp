// D-21: what a take showed, cut by cut, and what a person may make of it.
#include "apps/director/edit/edit_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apps/director/edit/edit_views.h"
#include "apps/director/edit/one_line.h"
#include "engine/base/encoding.h"
#include "engine/base/error.h"

namespace antiphon::director {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

KeptMoment clip(milliseconds at, std::string id, milliseconds length) {
  return {.at = at,
          .moment = {.kind = MomentKind::clip,
                     .asset_id = std::move(id),
                     .title = "A clip",
                     .length_ms = length}};
}

KeptMoment chart(milliseconds at, milliseconds length) {
  return {.at = at,
          .moment = {.kind = MomentKind::chart, .length_ms = length, .chart = Chart{.title = "C"}}};
}

KeptMoment moved(milliseconds at, Layout layout) {
  return {.at = at, .moment = {.kind = MomentKind::layout, .layout = layout}};
}

TakeHistory history(milliseconds sound, std::vector<KeptMoment> moments) {
  return {.take = {.id = "ses_1", .duration = sound}, .moments = std::move(moments)};
}

using Times = std::vector<std::pair<std::int64_t, std::int64_t>>;

Times times_of(const std::vector<Cut>& cuts) {
  Times times;
  for (const Cut& cut : cuts) times.emplace_back(cut.start.count(), cut.end.count());
  return times;
}

Times times_of(const std::vector<Caption>& captions) {
  Times times;
  for (const Caption& each : captions) times.emplace_back(each.start.count(), each.end.count());
  return times;
}

TEST(EditListTest, a_clip_stays_until_the_next_its_own_end_or_the_takes) {
  auto list =
      recorded_list(history(20s, {clip(1s, "a", 6s), clip(3500ms, "b", 4s), clip(18s, "c", 6s)}));
  EXPECT_EQ(times_of(list.cuts), (Times{{1000, 3500}, {3500, 7500}, {18'000, 20'000}}));
  EXPECT_EQ(list.length, 20s);
}

TEST(EditListTest, a_chart_lies_over_clips_and_ends_with_the_next_chart) {
  auto list = recorded_list(history(20s, {clip(1s, "a", 6s), chart(2s, 6s), chart(5s, 6s)}));
  EXPECT_EQ(times_of(list.cuts), (Times{{1000, 7000}, {2000, 5000}, {5000, 11'000}}));
  EXPECT_EQ(list.cuts[1].kind, CutKind::chart);
}

TEST(EditListTest, what_was_on_for_less_than_a_frame_is_no_cut) {
  auto list = recorded_list(history(9s, {clip(1s, "a", 6s), clip(1039ms, "b", 4s)}));
  EXPECT_EQ(times_of(list.cuts), (Times{{1039, 5039}}));
}

TEST(EditListTest, a_still_is_shown_as_long_as_its_film) {
  EXPECT_EQ(times_of(recorded_list(history(20s, {clip(1s, "a", 0s)})).cuts), (Times{{1000, 7000}}));
}

TEST(EditListTest, a_take_lasts_as_long_as_its_sound_its_recording_and_what_happened) {
  TakeHistory take = history(10s, {KeptMoment{.at = 11s, .moment = {.kind = MomentKind::end}}});
  EXPECT_EQ(recorded_list(take).length, 11s);
  take.recording = Recording{.duration = 12s, .offset = 500ms};
  EXPECT_EQ(recorded_list(take).length, 12'500ms);
  // A typed take without sound: until its last picture is gone and its last words can be read.
  TakeHistory typed = history(0s, {clip(1s, "a", 4s)});
  EXPECT_EQ(recorded_list(typed).length, 5s);
  typed.utterances = {{1, "one two three four five six seven eight nine ten", 0s, 3s}};
  EXPECT_EQ(recorded_list(typed).length, 7s);
}

TEST(EditListTest, layouts_are_told_from_the_beginning_and_only_where_they_change) {
  TakeHistory take = history(9s, {moved(2s, Layout::side_by_side), moved(2s, Layout::pip),
                                  moved(4s, Layout::pip), moved(5s, Layout::fullscreen)});
  auto layouts = recorded_list(take).layouts;
  EXPECT_THAT(layouts,
              ElementsAre(LayoutChange{0ms, Layout::fullscreen}, LayoutChange{2s, Layout::pip},
                          LayoutChange{5s, Layout::fullscreen}));
  EXPECT_EQ(layout_at(layouts, 1999ms), Layout::fullscreen);
  EXPECT_EQ(layout_at(layouts, 2s), Layout::pip);
}

TEST(Captions, stand_where_the_words_are_in_the_sound) {
  std::vector<Utterance> said{{1, "The football team won", 2s, 500ms},
                              {2, "and it\nrained", 4s, 2500ms}};
  auto captions = captions_of(said);
  EXPECT_EQ(times_of(captions), (Times{{500, 2000}, {2500, 4000}}));
  EXPECT_EQ(captions[1].text, "and it rained");
}

TEST(Captions, typed_words_stand_as_long_as_it_takes_to_say_them_and_wait_for_each_other) {
  // Nothing was heard, so they end at 0; 400 ms a word, one second at least.
  std::vector<Utterance> typed{
      {1, "one two three four five", 0s, 1s}, {2, "six", 0s, 2500ms}, {3, "seven", 0s, 2600ms}};
  EXPECT_EQ(times_of(captions_of(typed)), (Times{{1000, 2500}, {2500, 3500}, {3500, 4500}}));
}

TEST(Captions, of_old_takes_begin_where_they_may_have_been_said) {
  std::vector<Utterance> old{{1, "one two three four five", 4s}, {2, "six seven eight nine", 5s}};
  EXPECT_EQ(times_of(captions_of(old)), (Times{{2000, 4000}, {4000, 5000}}));
}

TEST(Captions, a_long_utterance_is_parted_and_shares_its_time) {
  std::string sentence;
  for (int i = 0; i < 20; ++i) sentence += "sixteen letters ";
  auto captions = captions_of(std::vector<Utterance>{{1, sentence, 30s, 0s}});
  ASSERT_EQ(captions.size(), 4u);
  for (const Caption& caption : captions) {
    EXPECT_LE(code_points_in(caption.text), caption_length_max);
    EXPECT_FALSE(caption.text.starts_with(' ') || caption.text.ends_with(' '));
  }
  EXPECT_EQ(captions[0].end, captions[1].start);
  EXPECT_EQ(captions[3].end, 30s);
}

TEST(OneLine, knows_what_breaks_lines_in_every_script) {
  EXPECT_EQ(one_line("  a\r\nb\tc\x01 d\u2028e\u2029f\u0085g\u3000h "), "a b c d e f g h");
  EXPECT_EQ(one_line("日本語の題"), "日本語の題");
  EXPECT_EQ(one_line("\n \t"), "");
}

TEST(OneLine, is_parted_at_spaces_or_between_letters_never_within_one) {
  EXPECT_THAT(split_line("one two three", 7), ElementsAre("one two", "three"));
  EXPECT_THAT(split_line("日本語字幕", 2), ElementsAre("日本", "語字", "幕"));
  // A family of three emoji is one letter to who reads it; so is a letter with its vowel sign.
  EXPECT_THAT(split_line("a👨‍👩‍👧b", 1), ElementsAre("a", "👨‍👩‍👧", "b"));
  EXPECT_THAT(split_line("किताब", 1), ElementsAre("कि", "ता", "ब"));
  EXPECT_THAT(split_line("", 5), ElementsAre(""));
}

TEST(Frames, are_the_nearest_and_the_upper_from_the_middle_on) {
  EXPECT_EQ(frame_of(0ms), 0);
  EXPECT_EQ(frame_of(19ms), 0);
  EXPECT_EQ(frame_of(20ms), 1);
  EXPECT_EQ(frame_of(59ms), 1);
  EXPECT_EQ(frame_of(60ms), 2);
  EXPECT_EQ(frame_of(3'600'000ms), 90'000);
}

class CheckEdit : public ::testing::Test {
 protected:
  /// "pointer rule" of each thing that is wrong.
  std::vector<std::string> wrong(const Edit& edit) {
    std::vector<std::string> found;
    try {
      check_edit(edit, 10s, {{"a", {"A", 4s}}, {"still", {"S", 0s}}});
    } catch (const Error& error) {
      for (const FieldError& each : error.fields()) {
        found.push_back(each.pointer + " " + each.rule);
      }
    }
    return found;
  }
  static Cut cut(milliseconds start, milliseconds end, std::string id = "a") {
    return {.start = start, .end = end, .asset_id = std::move(id)};
  }
  static Cut drawn(milliseconds start, milliseconds end) {
    return {.start = start, .end = end, .kind = CutKind::chart, .chart = Chart{}};
  }
};

TEST_F(CheckEdit, takes_what_fits) {
  EXPECT_THAT(wrong({}), IsEmpty());
  EXPECT_THAT(wrong({{cut(0s, 4s), drawn(1s, 5s), cut(4s, 8s), cut(8s, 10s, "still")},
                     {{0s, Layout::pip}, {2s, Layout::fullscreen}}}),
              IsEmpty());
  EXPECT_THAT(wrong({{cut(0s, 10s, "still")}, {}}), IsEmpty()) << "a still stays as long as wanted";
}

TEST_F(CheckEdit, says_where_each_cut_is_wrong) {
  EXPECT_THAT(wrong({{cut(1s, 1s)}, {}}), ElementsAre("/cuts/0/end min"));
  EXPECT_THAT(wrong({{cut(8s, 10'001ms)}, {}}), ElementsAre("/cuts/0/end inside"));
  EXPECT_THAT(wrong({{cut(2s, 4s), cut(3s, 5s)}, {}}), ElementsAre("/cuts/1/start overlap"));
  EXPECT_THAT(wrong({{cut(4s, 6s), cut(1s, 2s)}, {}}), ElementsAre("/cuts/1/start order"));
  EXPECT_THAT(wrong({{drawn(4s, 6s), drawn(5s, 7s)}, {}}), ElementsAre("/cuts/1/start overlap"));
  EXPECT_THAT(wrong({{cut(1s, 2s, "nobody")}, {}}), ElementsAre("/cuts/0/assetId known"));
  EXPECT_THAT(wrong({{cut(1s, 6s)}, {}}), ElementsAre("/cuts/0/end max"));
  Cut without = drawn(1s, 2s);
  without.chart.reset();
  EXPECT_THAT(wrong({{without, cut(3s, 3s)}, {}}),
              ElementsAre("/cuts/0/chart required", "/cuts/1/end min"));
  EXPECT_THAT(wrong({{}, {{1s, Layout::pip}}}), ElementsAre("/layouts/0/start order"));
  EXPECT_THAT(wrong({{}, {{0s, Layout::pip}, {0s, Layout::pip}}}),
              ElementsAre("/layouts/1/start order"));
  EXPECT_THAT(wrong({std::vector<Cut>(cuts_max + 1, drawn(0s, 1s)), {}}).front(),
              "/cuts max_items");
}

TEST(EditViews, what_is_told_can_be_sent_back) {
  EditList list = recorded_list(history(20s, {clip(1234ms, "a", 6s), chart(2s, 6s)}));
  EditListView told = view(list);
  EXPECT_EQ(told.cuts[0].number, 1);
  EXPECT_DOUBLE_EQ(told.cuts[0].start, 1.234);
  EXPECT_EQ(told.cuts[0].url, "/api/v1/director/assets/a/media");
  std::vector<SentCut> sent;
  for (const CutView& cut : told.cuts) sent.push_back({cut});
  Edit edit = edit_of(PutEditList{.cuts = sent}, list);
  EXPECT_EQ(times_of(edit.cuts), times_of(list.cuts));
  EXPECT_EQ(edit.layouts, list.layouts);
  EXPECT_EQ(edit_of(stored(edit)).cuts[1].chart, list.cuts[1].chart);
  EXPECT_THROW(edit_of(PutEditList{}, list), Error);
}

}  // namespace
}  // namespace antiphon::director
