// D-10: what uploaded films and pictures are is found out by child programs under limits.
#include "engine/media/film.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "engine/base/error.h"
#include "engine/base/temporary_folder.h"
#include "engine/testing/program.h"

namespace antiphon::media {
namespace {

using ::testing::HasSubstr;

class FilmTest : public ::testing::Test {
 protected:
  template <class T>
  T run(Task<T> task) {
    return core_.run_until_done(std::move(task));
  }
  Instant soon() const { return clock_.steady() + std::chrono::seconds(60); }

  std::filesystem::path write(const std::string& name, std::string_view bytes) {
    std::filesystem::path path = folder_.path() / name;
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }
  static std::string bytes_of(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  /// A file that ffmpeg makes of `arguments`.
  std::filesystem::path made(const std::string& name, std::vector<std::string> arguments) {
    std::filesystem::path path = folder_.path() / name;
    arguments.insert(arguments.begin(), {"-v", "error", "-y"});
    arguments.push_back(path.string());
    run(testing::output_of("ffmpeg", std::move(arguments)));
    return path;
  }
  std::filesystem::path film(const std::string& name, std::vector<std::string> codec = {}) {
    std::vector<std::string> arguments{"-f", "lavfi", "-i", "testsrc2=s=320x180:r=10:d=2"};
    arguments.insert(arguments.end(), codec.begin(), codec.end());
    return made(name, std::move(arguments));
  }
  Error refusal(const std::filesystem::path& path, FilmLimits limits = {}) {
    Film films(files_, std::move(limits));
    try {
      FilmFacts facts = run(films.look_into(path, soon()));
      run(films.make_still(path, facts, soon()));
    } catch (const Error& error) {
      return error;
    }
    return Error(Code::cancelled, "Nothing was refused.");
  }

  TemporaryFolder folder_;
  SystemClock clock_;
  Core core_{0, clock_};
  Pool files_{{.name = "files"}};
};

TEST_F(FilmTest, a_film_has_facts_a_still_and_a_preview) {
  Film films(files_);
  auto path = film("a.avi");
  FilmFacts facts = run(films.look_into(path, soon()));
  EXPECT_EQ(facts.width, 320);
  EXPECT_EQ(facts.height, 180);
  EXPECT_EQ(facts.length.count(), 2000);
  EXPECT_EQ(media_type(facts), "video/x-msvideo");
  EXPECT_FALSE(plays_in_browsers(facts));
  EXPECT_TRUE(run(films.make_still(path, facts, soon())).starts_with("\xff\xd8\xff"));

  std::vector<double> told;
  auto preview = folder_.path() / "preview.webm";
  auto length = run(
      films.make_preview(path, facts, preview, [&](double done) { told.push_back(done); }, soon()));
  EXPECT_NEAR(static_cast<double>(length.count()), 2000, 150);
  EXPECT_TRUE(std::ranges::is_sorted(told));
  FilmFacts made = run(films.look_into(preview, soon()));
  EXPECT_EQ(media_type(made), "video/webm");
  EXPECT_TRUE(plays_in_browsers(made));
}

TEST_F(FilmTest, a_picture_becomes_a_short_film) {
  Film films(files_);
  auto path = made("a.png", {"-f", "lavfi", "-i", "testsrc2=s=321x181:d=1", "-frames:v", "1"});
  FilmFacts facts = run(films.look_into(path, soon()));
  EXPECT_TRUE(facts.is_still);
  EXPECT_EQ(media_type(facts), "image/png");
  auto preview = folder_.path() / "preview.webm";
  auto length = run(films.make_preview(path, facts, preview, [](double) {}, soon()));
  EXPECT_NEAR(static_cast<double>(length.count()), 6000, 150);
  EXPECT_EQ(run(films.look_into(preview, soon())).width, 320);
}

// What a browser records says neither how long it is nor where what is.
TEST_F(FilmTest, a_recording_is_made_so_that_it_can_be_sought) {  // D-20
  Film films(files_);
  auto path = film("live.webm", {"-f", "lavfi", "-i", "sine=d=2", "-c:v", "libvpx", "-deadline",
                                 "realtime", "-cpu-used", "8", "-c:a", "libopus", "-live", "1"});
  FilmFacts facts = run(films.look_into(path, soon()));
  EXPECT_EQ(facts.length.count(), 0);
  EXPECT_EQ(seekable_type(facts), "video/webm");
  auto out = folder_.path() / "sought.webm";
  run(films.make_seekable(path, facts, out, soon()));
  FilmFacts made = run(films.look_into(out, soon()));
  EXPECT_NEAR(static_cast<double>(made.length.count()), 2000, 100);
  EXPECT_EQ(made.codec, "vp8");
  EXPECT_EQ(made.sound_codec, "opus");
  EXPECT_TRUE(bytes_of(out).contains("\x1c\x53\xbb\x6b")) << "the index of WebM, its cues";

  auto refused = [&](const std::filesystem::path& from, FilmLimits limits) {
    Film limited(files_, std::move(limits));
    try {
      run(limited.make_seekable(from, run(limited.look_into(from, soon())), out, soon()));
    } catch (const Error& error) {
      return error.code();
    }
    return Code::cancelled;
  };
  EXPECT_EQ(refused(path, {.copy_bytes_max = 2000}), Code::too_large);
  EXPECT_EQ(refused(film("a.avi"), {}), Code::unsupported);
}

TEST(Facts, say_what_a_seekable_file_would_be) {
  auto type_of = [](std::string container, std::string codec) {
    return seekable_type({.container = std::move(container), .codec = std::move(codec)});
  };
  EXPECT_EQ(type_of("matroska,webm", "vp9"), "video/webm");
  EXPECT_EQ(type_of("matroska,webm", "h264"), "video/mp4");
  EXPECT_EQ(type_of("mov,mp4,m4a,3gp,3g2,mj2", "h264"), "video/mp4");
  EXPECT_EQ(type_of("avi", "mjpeg"), "");
  EXPECT_EQ(seekable_type({.is_still = true, .container = "png_pipe", .codec = "png"}), "");
}

TEST_F(FilmTest, the_name_of_a_file_says_nothing) {
  Film films(files_);
  auto path = film("a.webm", {"-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8"});
  auto renamed = write("words.txt", bytes_of(path));
  EXPECT_EQ(media_type(run(films.look_into(renamed, soon()))), "video/webm");
}

TEST_F(FilmTest, a_file_without_a_picture_is_told_as_that) {
  auto sound = made("a.wav", {"-f", "lavfi", "-i", "sine=d=1"});
  EXPECT_EQ(refusal(sound).code(), Code::unsupported);
  EXPECT_THAT(refusal(sound).message(), HasSubstr("no picture"));
}

TEST_F(FilmTest, a_cut_film_is_told_as_broken) {
  auto path = film("a.mp4", {"-c:v", "mpeg4"});
  std::string whole = bytes_of(path);
  auto cut = write("cut.mp4", whole.substr(0, whole.size() / 2));
  EXPECT_EQ(refusal(cut).code(), Code::unprocessable);
  EXPECT_THAT(refusal(cut).message(), HasSubstr("cut off, broken"));
}

TEST_F(FilmTest, a_bomb_is_refused_within_its_limits) {
  // Its head claims 50,000 x 50,000 points; the rest of it need not be there.
  std::string png("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\xc3\x50\0\0\xc3\x50\x08\x02\0\0\0", 29);
  png += std::string("\0\0\0\0", 4) + std::string("\0\0\0\4IDATabcd\0\0\0\0", 16);
  Error error = refusal(write("bomb.png", png));
  EXPECT_EQ(error.code(), Code::too_large) << error.message() << error.detail();

  auto path = film("a.avi");
  EXPECT_THAT(refusal(path, {.pixels_max = 1000}).message(), HasSubstr("1000 points"));
  EXPECT_THAT(refusal(path, {.length_max = std::chrono::seconds(1)}).message(),
              HasSubstr("2 s long; 1 s"));
  EXPECT_THAT(refusal(path, {.probe_time_max = std::chrono::seconds(0)}).message(),
              HasSubstr("longer than 0 s"));
  EXPECT_THAT(refusal(path, {.facts_bytes_max = 10}).message(), HasSubstr("10 bytes"));
  EXPECT_THAT(refusal(path, {.still_bytes_max = 10}).message(), HasSubstr("10 bytes"));
  EXPECT_THAT(refusal(path, {.streams_max = 0}).message(), HasSubstr("1 tracks; 0"));
  EXPECT_EQ(refusal(path, {.memory_bytes_max = 1 << 20}).code(), Code::too_large);
}

TEST_F(FilmTest, what_is_made_of_a_film_has_its_own_limits) {
  using std::chrono::seconds;
  auto path = film("a.webm", {"-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8"});
  FilmFacts facts = run(Film(files_).look_into(path, soon()));
  EXPECT_THAT(refusal(path, {.still_time_max = seconds(0)}).message(),
              HasSubstr("longer than 0 s"));
  auto out = folder_.path() / "made.webm";
  auto refused = [&](FilmLimits limits, auto make) {
    Film limited(files_, std::move(limits));
    try {
      make(limited);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), Code::too_large) << error.detail();
      return std::string(error.message());
    }
    return std::string("Nothing was refused.");
  };
  auto preview = [&](Film& films) {
    run(films.make_preview(path, facts, out, [](double) {}, soon()));
  };
  auto copy = [&](Film& films) { run(films.make_seekable(path, facts, out, soon())); };
  EXPECT_THAT(refused({.preview_time_max = seconds(0)}, preview), HasSubstr("longer than 0 s"));
  EXPECT_THAT(refused({.preview_bytes_max = 3000}, preview), HasSubstr("more than 3000 bytes"));
  EXPECT_THAT(refused({.copy_time_max = seconds(0)}, copy), HasSubstr("longer than 0 s"));
  EXPECT_THAT(refused({.copy_bytes_max = 2000}, copy), HasSubstr("more than 2000 bytes"));
}

TEST_F(FilmTest, a_program_has_so_much_of_the_processor) {
  // Hundreds of large pictures take longer than the second that it has.
  auto path = made("long.mkv", {"-f", "lavfi", "-i", "testsrc2=s=1280x720:r=25:d=20", "-c:v",
                                "libx264", "-preset", "ultrafast"});
  FilmFacts facts = run(Film(files_).look_into(path, soon()));
  Film limited(files_, {.processor_max = std::chrono::seconds(1)});
  auto out = folder_.path() / "made.webm";
  try {
    run(limited.make_preview(path, facts, out, [](double) {}, soon()));
    FAIL() << "It was made within a second.";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::too_large);
    EXPECT_THAT(std::string(error.message()), HasSubstr("more than 1 s of processor time"));
  }
}

TEST_F(FilmTest, says_which_program_is_missing) {
  Error error = refusal(film("a.avi"), {.ffprobe = "no-such-program"});
  EXPECT_EQ(error.code(), Code::unavailable);
  EXPECT_THAT(error.message(), HasSubstr("no-such-program is not installed"));
}

TEST_F(FilmTest, programs_wait_for_their_turn_and_all_get_one) {
  Film films(files_, {.programs_max = 1});
  auto path = film("a.avi");
  auto all = [&]() -> Task<int> {
    int seen = 0;
    TaskGroup group([](const std::exception_ptr& error) { std::rethrow_exception(error); });
    for (int i = 0; i < 4; ++i) {
      group.spawn([](Film& made, std::filesystem::path at, Instant by, int& count) -> Task<> {
        co_await made.look_into(std::move(at), by);
        ++count;
      }(films, path, soon(), seen));
    }
    co_await group.join();
    co_return seen;
  };
  EXPECT_EQ(run(all()), 4);
}

struct BadFilm {
  std::string name;
  std::string bytes;
  Code code;
  std::string message;  ///< a part of it
};

class BadFilmTest : public FilmTest, public ::testing::WithParamInterface<BadFilm> {};

TEST_P(BadFilmTest, is_refused_with_its_reason) {
  Error error = refusal(write(GetParam().name, GetParam().bytes));
  EXPECT_EQ(error.code(), GetParam().code) << error.message();
  EXPECT_THAT(error.message(), HasSubstr(GetParam().message)) << error.detail();
}

INSTANTIATE_TEST_SUITE_P(
    Bad, BadFilmTest,
    ::testing::Values(
        BadFilm{"text.mp4", "These are words, no film.\n", Code::unsupported, "This is text"},
        BadFilm{"empty.mp4", "", Code::unprocessable, "has no bytes"},
        BadFilm{"zip.mp4", std::string("PK\x03\x04 and more \x01\x02", 17), Code::unsupported,
                "a ZIP archive"},
        BadFilm{"playlist.mp4",
                "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n",
                Code::unsupported, "This is text"},
        BadFilm{"script.mp4", "ffconcat version 1.0\nfile '/etc/passwd'\n", Code::unsupported,
                "This is text"},
        BadFilm{"noise.mp4", std::string("\x01\x02\x03\xfe\xff", 5) + std::string(3000, '\x9c'),
                Code::unprocessable, "cut off, broken"},
        BadFilm{"head.png", "\x89PNG\r\n", Code::unprocessable, "cut off, broken"}),
    [](const auto& info) { return info.param.name.substr(0, info.param.name.find('.')); });

TEST(Facts, read_what_ffprobe_says_and_bear_what_it_leaves_out) {
  FilmFacts facts = read_facts(
      R"({"streams":[{"codec_type":"video","codec_name":"vp9","width":640,"height":360}],
          "format":{"format_name":"matroska,webm"}})",
      {});
  EXPECT_EQ(facts.length.count(), 0);
  EXPECT_EQ(media_type(facts), "video/webm");
  EXPECT_FALSE(plays_in_browsers(facts));  // how long it is only its preview will tell
  // The cover of a record is no film.
  EXPECT_THROW(read_facts(R"({"streams":[{"codec_type":"video","width":9,"height":9,
                              "disposition":{"attached_pic":1}}]})",
                          {}),
               Error);
  EXPECT_THROW(read_facts(R"({"streams":[{"codec_type":"video","width":7681,"height":4320}]})", {}),
               Error);
  EXPECT_THROW(read_facts("{}", {}), Error);
  EXPECT_THROW(read_facts(R"({"streams":[{"codec_type":"video"}]})", {}), Error);
}

TEST(Progress, is_read_from_whole_lines) {
  EXPECT_EQ(read_progress("frame=1\nout_time_us=1500000\nprogress=continue\n")->count(), 1500);
  EXPECT_EQ(read_progress("out_time_us=1000\nout_time_us=25"), std::nullopt);
  EXPECT_EQ(read_progress("out_time_us=N/A\n"), std::nullopt);
  EXPECT_EQ(read_progress(""), std::nullopt);
}

}  // namespace
}  // namespace antiphon::media
