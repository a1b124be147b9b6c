// D-21: a film made of others, frame by frame.
#include "engine/media/composition.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "engine/base/error.h"
#include "engine/base/temporary_folder.h"
#include "engine/media/composer.h"
#include "engine/testing/program.h"

namespace antiphon::media {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

Layer layer(std::int64_t begin, std::int64_t end, std::int64_t fade = 0) {
  return {.begin = begin, .end = end, .fade_in = fade, .fade_out = fade};
}

std::string filters_of(const Plan& plan) {
  auto at = std::ranges::find(plan.arguments, "-filter_complex");
  return at == plan.arguments.end() ? "" : *(at + 1);
}

TEST(Windows, are_a_minute_long_at_most_and_cover_the_whole) {
  EXPECT_THAT(windows_of({.length = 3100}),
              ElementsAre(Window{0, 1500}, Window{1500, 3000}, Window{3000, 3100}));
  EXPECT_THAT(windows_of({.length = 1}), ElementsAre(Window{0, 1}));
}

TEST(Windows, do_not_begin_within_a_fade) {
  Composition whole{.length = 3000, .films = {{}}, .layers = {layer(1498, 1600, 5)}};
  EXPECT_THAT(windows_of(whole), ElementsAre(Window{0, 1503}, Window{1503, 3000}));
  whole.layers = {layer(1000, 1502, 5)};
  EXPECT_THAT(windows_of(whole), ElementsAre(Window{0, 1502}, Window{1502, 3000}));
  // A film that begins right there begins its window.
  whole.layers = {layer(1500, 1600, 5)};
  EXPECT_THAT(windows_of(whole), ElementsAre(Window{0, 1500}, Window{1500, 3000}));
}

TEST(Windows, of_an_hour_with_hundreds_of_films_open_a_few_at_a_time) {
  Composition whole{.length = 90'000, .films = {{}}};
  for (std::int64_t i = 0; i < 900; ++i) whole.layers.push_back(layer(i * 100, i * 100 + 100, 5));
  auto windows = windows_of(whole);
  std::int64_t at = 0;
  for (Window window : windows) {
    EXPECT_EQ(window.begin, at);
    EXPECT_LE(plan_window(whole, window, {}).inputs.size(), window_layers + 1);
    at = window.end;
  }
  EXPECT_EQ(at, whole.length);
}

TEST(PlanWindow, seeks_into_what_began_before_it) {
  Composition whole{.length = 3000,
                    .speaker = Speaker{"/speaker", 100, 2900},
                    .films = {{"/film"}},
                    .layers = {layer(1400, 1600, 5)}};
  Plan plan = plan_window(whole, {1500, 1550}, {});
  ASSERT_THAT(plan.inputs, ElementsAre("/speaker", "/film"));
  auto begun = std::ranges::find(plan.arguments, "-ss");
  EXPECT_EQ(*(begun + 1), "56.00");
  begun = std::ranges::find(begun + 1, plan.arguments.end(), "-ss");
  EXPECT_EQ(*(begun + 1), "4.00");
  EXPECT_THAT(filters_of(plan), HasSubstr("tpad=start=0:stop=-1:color=black,trim=end_frame=50"));
  EXPECT_THAT(filters_of(plan), Not(HasSubstr("fade=in"))) << "it has faded in before";
  EXPECT_THAT(filters_of(plan), HasSubstr("fade=out:s=95:n=5"));
  EXPECT_THAT(plan.arguments, Contains("50"));
}

TEST(PlanWindow, is_black_where_nobody_speaks) {
  Composition whole{.length = 3000, .speaker = Speaker{"/speaker", 2000, 2900}};
  Plan plan = plan_window(whole, {0, 1500}, {});
  EXPECT_THAT(plan.inputs, SizeIs(0));
  EXPECT_THAT(filters_of(plan), HasSubstr("color=black:s=1280x720:r=25"));
  EXPECT_THAT(filters_of(plan_window(whole, {1500, 3000}, {})), HasSubstr("tpad=start=500:"));
}

TEST(PlanWindow, sets_the_speaker_before_films_that_are_not_full) {
  Composition whole{.width = 1920,
                    .height = 1080,
                    .length = 100,
                    .speaker = Speaker{"/speaker", 0, 100},
                    .films = {{"/film"}, {"/still", true}},
                    .layers = {layer(10, 50), layer(50, 90)}};
  whole.layers[0].arrangement = Arrangement::pip;
  whole.layers[1].arrangement = Arrangement::side_by_side;
  whole.layers[1].film = 1;
  Plan plan = plan_window(whole, {0, 100}, {});
  std::string filters = filters_of(plan);
  EXPECT_THAT(filters, HasSubstr("split=3[base][behind0][behind1]"));
  EXPECT_THAT(filters, HasSubstr("[with_film0][speaker0]overlay=1392:762:"));
  EXPECT_THAT(filters, HasSubstr("scale=960:1080:force_original_aspect_ratio=decrease"));
  EXPECT_THAT(filters, HasSubstr("[with_film1][speaker1]overlay=960:0:"));
  EXPECT_THAT(plan.arguments, Contains("-t").Times(2)) << "a still is read to its end";
}

TEST(PlanWindow, draws_subtitles_at_the_times_of_the_whole) {
  Composition whole{.length = 3000, .subtitles = "/words.srt"};
  Plan plan = plan_window(whole, {1500, 3000}, {});
  EXPECT_THAT(plan.inputs, ElementsAre("/words.srt"));
  EXPECT_THAT(filters_of(plan), HasSubstr("setpts=PTS+60.00/TB,subtitles=filename=/proc/self/fd/3,"
                                          "setpts=PTS-60.00/TB"));
}

TEST(PlanJoining, gives_silence_where_there_is_no_sound) {
  Composition whole{.length = 50, .speaker = Speaker{"/speaker", 26, 50}};
  EXPECT_THAT(filters_of(plan_joining(whole, "/list", {})), HasSubstr("adelay=delays=1040:all=1"));
  whole.speaker->has_sound = false;
  Plan plan = plan_joining(whole, "/list", {});
  EXPECT_THAT(plan.inputs, SizeIs(0));
  EXPECT_THAT(filters_of(plan), HasSubstr("anullsrc=r=48000:cl=stereo,atrim=end=2.00"));
  EXPECT_EQ(picture_list({{0, 26}, {26, 50}}, {"a", "b"}),
            "ffconcat version 1.0\nfile a\nduration 1.04\nfile b\nduration 0.96\n");
}

// Real films by real ffmpeg, looked at frame by frame.
class ComposerTest : public ::testing::Test {
 protected:
  template <class T>
  T run(Task<T> task) {
    return core_.run_until_done(std::move(task));
  }
  Instant soon() const { return clock_.steady() + std::chrono::seconds(120); }

  std::string ran(std::string program, std::vector<std::string> arguments) {
    return run(testing::output_of(std::move(program), std::move(arguments)));
  }
  std::filesystem::path film(const std::string& name, const std::string& picture,
                             std::vector<std::string> more = {}) {
    std::filesystem::path path = folder_.path() / name;
    std::vector<std::string> arguments{"-v", "error", "-f", "lavfi", "-i", picture};
    arguments.insert(arguments.end(), more.begin(), more.end());
    arguments.insert(arguments.end(), {"-deadline", "realtime", "-cpu-used", "8", path.string()});
    ran("ffmpeg", arguments);
    return path;
  }
  std::filesystem::path made(const Composition& whole) {
    Composer composer(files_, {});
    std::vector<std::string> names;
    auto windows = windows_of(whole);
    for (std::size_t i = 0; i < windows.size(); ++i) {
      names.push_back(fmt::format("{}.ts", i));
      run(composer.make_picture(
          whole, windows[i], folder_.path() / names.back(), [](double) {}, soon()));
    }
    auto list = folder_.path() / "list.txt";
    std::ofstream(list) << picture_list(windows, names);
    auto out = folder_.path() / "out.mp4";
    double told = 0;
    run(composer.join(whole, list, out, [&](double done) { told = done; }, soon()));
    EXPECT_GT(told, 0.9);
    return out;
  }
  /// "red", "green", "blue", "black" or the point itself, of a frame at a place.
  std::string colour(const std::filesystem::path& path, int frame, int x, int y) {
    std::string point =
        ran("ffmpeg", {"-v", "error", "-i", path.string(), "-vf",
                       fmt::format("select=eq(n\\,{}),crop=2:2:{}:{}", frame, x, y), "-frames:v",
                       "1", "-f", "rawvideo", "-pix_fmt", "rgb24", "pipe:1"});
    auto value = [&](std::size_t i) { return static_cast<unsigned char>(point.at(i)); };
    bool red = value(0) > 180, green = value(1) > 90, blue = value(2) > 180;
    bool dark = value(0) < 40 && value(1) < 40 && value(2) < 40;
    if (dark) return "black";
    if (red && !green && !blue && value(1) < 40) return "red";
    if (green && value(0) < 40 && value(2) < 40) return "green";
    if (blue && value(0) < 40 && value(1) < 40) return "blue";
    return fmt::format("{},{},{}", value(0), value(1), value(2));
  }

  TemporaryFolder folder_;
  SystemClock clock_;
  Core core_{0, clock_};
  Pool files_{{.name = "files"}};
};

TEST_F(ComposerTest, each_picture_is_there_at_its_frames_and_no_other) {
  Composition whole{
      .length = 100,
      .speaker = Speaker{film("speaker.webm", "color=red:s=320x180:r=30:d=3",
                              {"-f", "lavfi", "-i", "sine=d=3"}),
                         25, 100},
      .films = {{film("green.webm", "color=green:s=320x180:r=24:d=2")},
                {film("blue.png", "color=blue:s=180x180:r=24:d=1", {"-frames:v", "1"}), true}},
      .layers = {{.film = 0, .begin = 40, .end = 65, .fade_in = 5},
                 {.film = 1,
                  .begin = 60,
                  .end = 80,
                  .arrangement = Arrangement::pip,
                  .fade_in = 5,
                  .fade_out = 5,
                  .speaker_fade_in = 5,
                  .speaker_fade_out = 5}}};
  auto path = made(whole);

  std::string facts = ran("ffprobe", {"-v", "error", "-count_frames", "-show_entries",
                                      "stream=codec_name,width,height,pix_fmt,nb_read_frames,"
                                      "r_frame_rate,channels:format=duration,format_name",
                                      "-of", "compact", path.string()});
  EXPECT_THAT(facts, HasSubstr("codec_name=h264|width=1280|height=720|pix_fmt=yuv420p|"
                               "r_frame_rate=25/1|nb_read_frames=100"));
  EXPECT_THAT(facts, HasSubstr("codec_name=aac"));
  EXPECT_THAT(facts, HasSubstr("duration=4.000000"));

  EXPECT_EQ(colour(path, 24, 640, 360), "black");
  EXPECT_EQ(colour(path, 25, 640, 360), "red");
  EXPECT_EQ(colour(path, 39, 640, 360), "red");
  EXPECT_EQ(colour(path, 45, 640, 360), "green");
  EXPECT_EQ(colour(path, 59, 640, 360), "green");
  // A square is shown whole, between bars; the speaker stands before it in the corner.
  EXPECT_EQ(colour(path, 70, 640, 360), "blue");
  EXPECT_EQ(colour(path, 70, 100, 360), "black");
  EXPECT_EQ(colour(path, 70, 1088, 598), "red");
  EXPECT_EQ(colour(path, 80, 640, 360), "red");
  EXPECT_EQ(colour(path, 99, 640, 360), "red");
}

// A film goes on over the border of two windows as if there were none.
TEST_F(ComposerTest, windows_join_without_a_seam) {
  Composition whole{.width = 64,
                    .height = 36,
                    .length = 1600,
                    .films = {{film("change.webm",
                                    "color=green:s=64x36:r=25:d=3,"
                                    "drawbox=c=blue:t=fill:enable='gte(t,2)'")}},
                    .layers = {{.film = 0, .begin = 1475, .end = 1550}}};
  ASSERT_THAT(windows_of(whole), ElementsAre(Window{0, 1500}, Window{1500, 1600}));
  auto path = made(whole);
  EXPECT_EQ(colour(path, 1474, 30, 18), "black");
  EXPECT_EQ(colour(path, 1475, 30, 18), "green");
  EXPECT_EQ(colour(path, 1524, 30, 18), "green");
  EXPECT_EQ(colour(path, 1525, 30, 18), "blue");
  EXPECT_EQ(colour(path, 1550, 30, 18), "black");
  EXPECT_THAT(
      ran("ffprobe", {"-v", "error", "-count_frames", "-select_streams", "v", "-show_entries",
                      "stream=nb_read_frames", "-of", "csv", path.string()}),
      HasSubstr("1600"));
}

TEST_F(ComposerTest, subtitles_are_drawn_at_their_times) {
  auto words = folder_.path() / "words.srt";
  std::ofstream(words) << "1\n00:00:01,000 --> 00:00:02,000\nMMMMMMMMMMMM\n\n";
  auto path = made({.length = 75, .subtitles = words});
  auto brightest = [&](int frame) {
    std::string points = ran("ffmpeg", {"-v", "error", "-i", path.string(), "-vf",
                                        fmt::format("select=eq(n\\,{})", frame), "-frames:v", "1",
                                        "-f", "rawvideo", "-pix_fmt", "gray", "pipe:1"});
    return static_cast<int>(*std::ranges::max_element(points, {}, [](char c) {
      return static_cast<unsigned char>(c);
    }) & 0xff);
  };
  EXPECT_LT(brightest(20), 60);
  EXPECT_GT(brightest(37), 180);
  EXPECT_LT(brightest(55), 60);
}

TEST_F(ComposerTest, a_window_and_the_whole_have_limits) {
  Composition whole{.width = 64, .height = 36, .length = 100};
  auto refused = [&](FilmLimits limits) {
    Composer composer(files_, std::move(limits));
    auto list = folder_.path() / "list.txt";
    std::ofstream(list) << picture_list({{0, 100}}, {"0.ts"});
    try {
      run(composer.make_picture(whole, {0, 100}, folder_.path() / "0.ts", [](double) {}, soon()));
      run(composer.join(whole, list, folder_.path() / "out.mp4", [](double) {}, soon()));
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), Code::too_large) << error.detail();
      return std::string(error.message());
    }
    return std::string("Nothing was refused.");
  };
  using std::chrono::seconds;
  EXPECT_EQ(refused({}), "Nothing was refused.");
  EXPECT_THAT(refused({.compose_time_max = seconds(0)}), HasSubstr("longer than 0 s"));
  EXPECT_THAT(refused({.join_time_max = seconds(0)}), HasSubstr("longer than 0 s"));
  EXPECT_THAT(refused({.composed_bytes_max = 1000}), HasSubstr("more than 1000 bytes"));
}

TEST_F(ComposerTest, a_file_that_is_gone_or_no_film_is_told) {
  Composer composer(files_, {});
  Composition whole{.length = 10, .films = {{folder_.path() / "none"}}, .layers = {layer(0, 10)}};
  auto code_of = [&] {
    try {
      run(composer.make_picture(whole, {0, 10}, folder_.path() / "x.ts", [](double) {}, soon()));
    } catch (const Error& error) {
      return error.code();
    }
    return Code::internal;
  };
  EXPECT_EQ(code_of(), Code::not_found);
  std::ofstream(folder_.path() / "none") << "These are words, no film.\n";
  EXPECT_EQ(code_of(), Code::unsupported);
}

}  // namespace
}  // namespace antiphon::media
