// E-43: media that cannot be used gets its own clear error, and exit code 1.

#include <fstream>

#include "test/system/system.h"

namespace antiphon::testing {
namespace {

struct WavHead {
  std::uint16_t channels = 1;
  std::uint32_t rate = 16000;
  std::uint32_t claimed_bytes = 3200;
};

std::string little_endian(std::uint64_t value, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i) text += static_cast<char>(value >> (8 * i) & 0xff);
  return text;
}

std::string wav(const WavHead& head, std::size_t bytes) {
  std::uint32_t frame = head.channels * 2u;
  return "RIFF" + little_endian(head.claimed_bytes + 36ull, 4) + "WAVEfmt " + little_endian(16, 4) +
         little_endian(1, 2) + little_endian(head.channels, 2) + little_endian(head.rate, 4) +
         little_endian(std::uint64_t{head.rate} * frame, 4) + little_endian(frame, 2) +
         little_endian(16, 2) + "data" + little_endian(head.claimed_bytes, 4) +
         std::string(bytes, '\0');
}

struct BadFile {
  std::string name;
  std::string bytes;
  std::string message;  ///< a part of it
};

std::vector<BadFile> bad_files() {
  return {{"words.mp4", "These are words, no film.\n", "This is text, not sound or film."},
          {"nothing.wav", "", "The media is empty"},
          {"cut.wav", wav({}, 0).substr(0, 30), "The WAV header ends in the middle."},
          {"lying.wav", wav({.claimed_bytes = 4'000'000'000}, 3200),
           "claims 4000000000 bytes of sound, but the file holds 3200"},
          {"no_rate.wav", wav({.rate = 0}, 3200), "claims 0 samples a second"},
          {"no_channels.wav", wav({.channels = 0}, 3200), "claims 0 channels"},
          {"many_channels.wav", wav({.channels = 65535}, 3200), "claims 65535 channels"},
          {"silent.wav", wav({.claimed_bytes = 0}, 0), "holds no sound at all"}};
}

class MediaTest : public SystemTest, public ::testing::WithParamInterface<BadFile> {
 protected:
  std::string write(const std::string& name, const std::string& bytes) {
    auto path = folder(name);
    std::ofstream(path, std::ios::binary) << bytes;
    return path.string();
  }
};

TEST_P(MediaTest, is_refused_by_a_take_with_its_reason) {
  auto body = [&]() -> Task<> {
    auto spec = antiphon({"director", "take", write(GetParam().name, GetParam().bytes)});
    Ran ran = co_await run_program(std::move(spec), soon());
    EXPECT_EQ(ran.status.text(), "exit code 1");
    EXPECT_TRUE(ran.errors.contains(GetParam().message)) << ran.errors;
  };
  run(body());
}

INSTANTIATE_TEST_SUITE_P(Bad, MediaTest, ::testing::ValuesIn(bad_files()), [](const auto& info) {
  return info.param.name.substr(0, info.param.name.find('.'));
});

TEST_F(MediaTest, without_ffmpeg_a_take_says_what_to_install) {
  auto body = [&]() -> Task<> {
    auto spec = antiphon({"director", "take", write("good.wav", wav({}, 3200))});
    spec.environment = {"PATH=" + folder("no-programs").string()};
    Ran ran = co_await run_program(std::move(spec), soon());
    EXPECT_EQ(ran.status.text(), "exit code 1");
    EXPECT_TRUE(ran.errors.contains("ffmpeg is not installed. Install the package ffmpeg"))
        << ran.errors;
  };
  run(body());
}

}  // namespace
}  // namespace antiphon::testing
