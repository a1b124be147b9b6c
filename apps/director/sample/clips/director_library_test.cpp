// What the built starter library promises (D-10). Runs ffprobe and ffmpeg over every clip.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "apps/director/sample/clips/catalogue.h"
#include "apps/director/sample/clips/program.h"

namespace antiphon::clips {
namespace {

namespace fs = std::filesystem;

const fs::path folder = DIRECTOR_LIBRARY;

class DirectorLibrary : public testing::Test {
 protected:
  std::vector<Entry> entries = load_catalogue(folder / "catalogue.json");
};

std::string output_of(const std::vector<std::string>& words) {
  Program program(words, Pipe::from_program);
  std::string text = program.read_all();
  program.finish();
  return text;
}

// Five grey pictures a second of this size: enough to see motion, too small for noise.
constexpr int small_width = 160;
constexpr int small_height = 90;

std::vector<std::string> small_pictures(const fs::path& clip) {
  auto filter = "fps=5,scale=" + std::to_string(small_width) + ":" + std::to_string(small_height);
  auto bytes = output_of({"ffmpeg", "-v", "error", "-i", clip, "-vf", filter, "-f", "rawvideo",
                          "-pix_fmt", "gray", "pipe:1"});
  std::vector<std::string> pictures;
  constexpr std::size_t size = std::size_t{small_width} * small_height;
  for (std::size_t at = 0; at + size <= bytes.size(); at += size) {
    pictures.push_back(bytes.substr(at, size));
  }
  return pictures;
}

// How many pixels differ by more than what compression does.
int changed_pixels(const std::string& before, const std::string& after) {
  constexpr int visible = 8;
  int count = 0;
  for (std::size_t i = 0; i < before.size(); ++i) {
    int difference = static_cast<unsigned char>(before[i]) - static_cast<unsigned char>(after[i]);
    count += std::abs(difference) > visible;
  }
  return count;
}

TEST_F(DirectorLibrary, HasSixtyClipsOverThirtyTopicsAllFreeToUse) {
  std::set<std::string> topics;
  for (const auto& entry : entries) {
    topics.insert(entry.topic);
    EXPECT_EQ(entry.licence, "CC0-1.0") << entry.file;
  }
  EXPECT_GE(entries.size(), 60u);
  EXPECT_GE(topics.size(), 30u);
}

TEST_F(DirectorLibrary, HoldsAClipAndAThumbnailPerEntryAndNothingElse) {
  std::set<std::string> expected{"catalogue.json"};
  for (const auto& entry : entries) expected.insert({entry.file, entry.thumbnail()});
  std::set<std::string> found;
  for (const auto& file : fs::directory_iterator(folder)) {
    found.insert(file.path().filename());
    EXPECT_GT(file.file_size(), 1000u) << file.path();
    EXPECT_LT(file.file_size(), 400'000u) << file.path();
  }
  EXPECT_EQ(found, expected);
}

TEST_F(DirectorLibrary, ClipsAreSilentVp8OfTheStatedSizeAndDuration) {
  for (const auto& entry : entries) {
    auto text = output_of({"ffprobe", "-v", "error", "-show_entries",
                           "stream=codec_name,width,height:format=duration", "-of", "csv=p=0",
                           folder / entry.file});
    auto streams = text.substr(0, text.find('\n'));
    EXPECT_EQ(streams, "vp8,640,360") << entry.file;
    auto duration = text.substr(streams.size() + 1);
    EXPECT_EQ(std::count(duration.begin(), duration.end(), '\n'), 1) << "more than one stream";
    EXPECT_NEAR(std::stod(duration) * 1000, entry.duration_ms, 1) << entry.file;
  }
}

TEST_F(DirectorLibrary, EveryClipMoves) {
  for (const auto& entry : entries) {
    auto pictures = small_pictures(folder / entry.file);
    ASSERT_GE(pictures.size(), 15u) << entry.file;
    int moves = 0;
    for (std::size_t i = 1; i < pictures.size(); ++i) {
      moves += changed_pixels(pictures[i - 1], pictures[i]) > 3;
    }
    EXPECT_GT(moves, static_cast<int>(pictures.size() / 2)) << entry.file << " stands still";
  }
}

std::string refusal_of(const std::string& catalogue) {
  auto path = fs::path(testing::TempDir()) / "director-catalogue-test.json";
  std::ofstream(path) << catalogue;
  try {
    load_catalogue(path);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "accepted";
}

TEST(Catalogue, NamesTheEntryThatIsWrong) {
  const std::string good =
      R"({"file": "rain.webm", "title": "Rain", "description": "Rain.", "tags": ["a", "b", "c"],
          "topic": "rain", "sentiment": "neutral", "licence": "CC0-1.0", "attribution": "Us",
          "durationMs": 4000})";
  EXPECT_EQ(refusal_of("[" + good + "]"), "accepted");
  EXPECT_THAT(refusal_of("[" + good + "," + good + "]"), testing::HasSubstr("listed twice"));
  auto with = [&](const std::string& from, const std::string& to) {
    auto text = good;
    return refusal_of("[" + text.replace(text.find(from), from.size(), to) + "]");
  };
  EXPECT_THAT(with("4000", "4001"), testing::HasSubstr("rain.webm\": durationMs"));
  EXPECT_THAT(with("\"neutral\"", "\"calm\""), testing::HasSubstr("sentiment"));
  EXPECT_THAT(with("\"CC0-1.0\"", "\"\""), testing::HasSubstr("licence"));
  EXPECT_THAT(with(", \"c\"", ""), testing::HasSubstr("three words"));
  EXPECT_THAT(refusal_of("{"), testing::HasSubstr("must be a JSON array"));
}

}  // namespace
}  // namespace antiphon::clips
