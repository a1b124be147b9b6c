#include "engine/speech/media.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "engine/speech/sample_speech.h"
#include "engine/speech/wav_header.h"

namespace antiphon::speech {
namespace {

class MediaTest : public ::testing::Test {
 protected:
  template <class T>
  T run(Task<T> task) {
    return core_.run_until_done(std::move(task));
  }

  // The error that decoding ends with.
  Error fault(const std::filesystem::path& path, MediaLimits limits = {}) {
    try {
      run(decode_file(path, std::move(limits)));
    } catch (const Error& error) {
      return error;
    }
    ADD_FAILURE() << path << " was decoded";
    return Error(Code::internal, "");
  }

  std::filesystem::path convert(const std::string& name, std::vector<std::string> options = {}) {
    auto path = folder_ / name;
    std::vector<std::string> arguments{"-nostdin", "-v", "error", "-i", speech().string()};
    arguments.insert(arguments.end(), options.begin(), options.end());
    arguments.push_back(path.string());
    run(samples::run_program({.program = "ffmpeg", .arguments = arguments}));
    return path;
  }

  std::filesystem::path speech() {
    if (speech_.empty()) {
      speech_ = run(samples::say_to_file(folder_, "slt", "The stock market crashed today."));
    }
    return speech_;
  }

  SystemClock clock_;
  Core core_{0, clock_};
  samples::Folder folder_;
  std::filesystem::path speech_;
};

TEST_F(MediaTest, E43_every_common_format_gives_the_same_sound) {
  double seconds = run(decode_file(speech())).seconds();
  EXPECT_GT(seconds, 1);
  for (const char* name :
       {"a.wav", "a.flac", "a.mp3", "a.m4a", "a.aac", "a.ogg", "a.opus", "a.webm", "a.mp4"}) {
    bool opus = std::string(name) == "a.opus" || std::string(name) == "a.webm";
    auto path = convert(
        name, opus ? std::vector<std::string>{"-c:a", "libopus"} : std::vector<std::string>{});
    Pcm pcm = run(decode_file(path));
    EXPECT_NEAR(pcm.seconds(), seconds, 0.15) << name;
    EXPECT_FALSE(pcm.silent) << name;
    EXPECT_EQ(run(decode_bytes(samples::read_file(path))).samples, pcm.samples) << name;
  }
}

TEST_F(MediaTest, a_reader_gives_the_sound_in_pieces) {
  auto all = run(decode_file(speech())).samples;
  auto read = [&]() -> Task<std::vector<Sample>> {
    auto reader = read_media_file(speech_);
    std::vector<Sample> joined;
    for (;;) {
      auto piece = co_await reader->read_some();
      if (piece.empty()) break;
      EXPECT_LE(piece.size(), 1'600u);
      joined.insert(joined.end(), piece.begin(), piece.end());
    }
    EXPECT_TRUE((co_await reader->read_some()).empty());
    co_return joined;
  };
  EXPECT_EQ(run(read()), all);
}

TEST_F(MediaTest, E43_what_is_no_media_is_named) {
  std::string png = "\x89PNG\r\n\x1A\n" + std::string(100, '\0');
  EXPECT_EQ(fault(folder_.write("speech.mp4", "Dear all,\nplease listen.\n")).code(),
            Code::unsupported);
  EXPECT_EQ(fault(folder_.write("list.mp3", "ffconcat version 1.0\nfile /etc/passwd\n")).code(),
            Code::unsupported);
  EXPECT_NE(fault(folder_.write("a.wav", png)).message().find("an image"), std::string::npos);
  EXPECT_EQ(fault("/nonexistent/a.wav").code(), Code::not_found);
  EXPECT_EQ(fault("/dev/zero").code(), Code::unsupported);
  auto pipe = folder_ / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_EQ(fault(pipe).code(), Code::unsupported);
}

TEST_F(MediaTest, E43_empty_corrupt_and_mute_media_are_told_apart) {
  EXPECT_NE(fault(folder_.write("empty.wav", "")).message().find("empty"), std::string::npos);
  EXPECT_THROW(run(decode_bytes("")), Error);

  std::string noise;
  std::uint32_t state = 7;
  for (int i = 0; i < 20'000; ++i) noise += static_cast<char>((state = state * 69'069 + 1) >> 24);
  EXPECT_EQ(fault(folder_.write("noise.mp3", noise)).code(), Code::unprocessable);

  std::string flac = samples::read_file(convert("whole.flac"));
  for (std::size_t i = 50; i < flac.size(); ++i) flac[i] = static_cast<char>(flac[i] ^ 0x5A);
  EXPECT_EQ(fault(folder_.write("corrupt.flac", flac)).code(), Code::unprocessable);

  auto film = folder_ / "film.mp4";
  run(samples::run_program({.program = "ffmpeg",
                            .arguments = {"-nostdin", "-v", "error", "-f", "lavfi", "-i",
                                          "color=size=64x64:duration=1", film.string()}}));
  EXPECT_NE(fault(film).message().find("no sound track"), std::string::npos);
}

TEST_F(MediaTest, E43_media_that_is_cut_says_so_and_how_much_could_be_heard) {
  for (std::string name : {"cut.m4a", "cut.ogg", "cut.flac", "cut.webm"}) {
    auto options = name == "cut.webm" ? std::vector<std::string>{"-c:a", "libopus"}
                                      : std::vector<std::string>{};
    std::string whole = samples::read_file(convert("whole-" + name, options));
    Error error = fault(folder_.write(name, whole.substr(0, whole.size() * 6 / 10)));
    EXPECT_EQ(error.code(), Code::unprocessable) << name;
    EXPECT_NE(error.message().find("cut off or damaged"), std::string::npos)
        << name << ": " << error.message() << error.detail();
  }
}

TEST_F(MediaTest, E43_a_codec_that_nobody_knows_is_told) {
  std::string sound = samples::read_file(speech());
  sound.replace(20, 2, "\x99\x99");  // the header's number of the codec
  Error error = fault(folder_.write("codec.wav", sound));
  EXPECT_EQ(error.code(), Code::unsupported) << error.message();
  EXPECT_NE(error.message().find("codec that is not handled"), std::string::npos);
}

TEST_F(MediaTest, E43_silent_media_say_so) {
  auto quiet = convert("quiet.wav", {"-af", "volume=0"});
  EXPECT_TRUE(run(decode_file(quiet)).silent);
  EXPECT_TRUE(is_silent(samples::silence(1)));
  EXPECT_FALSE(is_silent(samples::tone(440, 0.2, sample_rate_hz)));
}

TEST_F(MediaTest, limits_hold) {
  auto path = convert("loop.flac", {"-af", "aloop=loop=20:size=16000"});
  double seconds = run(decode_file(path)).seconds();
  ASSERT_GT(seconds, 10);
  Error too_long = fault(path, {.length_max = std::chrono::seconds(5)});
  EXPECT_EQ(too_long.code(), Code::too_large);
  EXPECT_NE(too_long.message().find("5 s"), std::string::npos);
  EXPECT_EQ(fault(path, {.input_bytes_max = 1'000}).code(), Code::too_large);
  Error too_big = fault(path, {.memory_bytes_max = 30u << 20});
  EXPECT_EQ(too_big.code(), Code::too_large) << too_big.message() << too_big.detail();
}

TEST_F(MediaTest, a_decoder_that_gives_nothing_is_ended) {
  std::string sleeper = "#!/bin/sh\nexec sleep 1000\n";
  auto path = folder_.write("sleeper", sleeper);
  ::chmod(path.c_str(), 0700);
  MediaLimits limits{.idle_max = std::chrono::seconds(1), .ffmpeg = path.string()};
  EXPECT_EQ(fault(speech(), limits).code(), Code::timeout);
}

TEST_F(MediaTest, a_decoder_that_computes_for_too_long_is_ended) {
  auto path = folder_.write("busy", "#!/bin/sh\nwhile :; do :; done\n");
  ::chmod(path.c_str(), 0700);
  MediaLimits limits{.processor_max = std::chrono::seconds(1),
                     .idle_max = std::chrono::minutes(5),
                     .ffmpeg = path.string()};
  Error error = fault(speech(), limits);
  EXPECT_EQ(error.code(), Code::too_large);
  EXPECT_NE(error.message().find("1 s of processor time"), std::string::npos);
}

TEST_F(MediaTest, a_missing_ffmpeg_is_named) {
  Error error = fault(speech(), {.ffmpeg = "no-such-ffmpeg"});
  EXPECT_EQ(error.code(), Code::unavailable);
  EXPECT_NE(error.message().find("no-such-ffmpeg"), std::string::npos);
}

TEST_F(MediaTest, a_dropped_reader_leaves_nothing_behind) {
  auto open_and_drop = [&]() -> Task<> {
    auto reader = read_media_file(speech_);
    co_await reader->read_some();
  };
  speech();
  std::size_t before = samples::open_descriptors();
  for (int i = 0; i < 10; ++i) run(open_and_drop());
  for (int i = 0; i < 10; ++i) EXPECT_THROW(run(decode_bytes("text")), Error);
  EXPECT_TRUE(run(samples::descriptors_come_down_to(before)));
}

// A WAV header with chosen lies.
struct WavHeader {
  std::uint32_t data_bytes = 32'000;
  std::uint16_t channels = 1;
  std::uint32_t rate = 16'000;
  std::uint16_t frame_bytes = 2;
  std::uint16_t bits = 16;

  std::string text() const {
    std::string bytes = "RIFF";
    auto add = [&](auto number) {
      bytes.append(reinterpret_cast<const char*>(&number), sizeof number);
    };
    add(data_bytes + 36);
    bytes += "WAVEfmt ";
    add(std::uint32_t{16});
    add(std::uint16_t{1});
    add(channels);
    add(rate);
    add(rate * frame_bytes);
    add(frame_bytes);
    add(bits);
    bytes += "data";
    add(data_bytes);
    return bytes;
  }
};

TEST_F(MediaTest, E43_lying_wav_headers_are_refused_with_what_they_claim) {
  std::string sound(32'000, '\x11');
  auto fault_of = [&](const WavHeader& header) {
    return fault(folder_.write("lie.wav", header.text() + sound));
  };
  EXPECT_NO_THROW(run(decode_file(folder_.write("good.wav", WavHeader{}.text() + sound))));
  EXPECT_NO_THROW(
      run(decode_file(folder_.write("piped.wav", WavHeader{0xFFFFFFFF}.text() + sound))));
  EXPECT_NE(fault_of({.data_bytes = 64'000}).message().find("64000"), std::string::npos);
  EXPECT_NE(fault_of({.channels = 0}).message().find("0 channels"), std::string::npos);
  EXPECT_NE(fault_of({.rate = 0}).message().find("0 samples"), std::string::npos);
  EXPECT_NE(fault_of({.rate = 3'000'000'000}).message().find("samples"), std::string::npos);
  EXPECT_NE(fault_of({.frame_bytes = 7}).message().find("7 bytes"), std::string::npos);
  EXPECT_EQ(fault(folder_.write("bare.wav", WavHeader{}.text().substr(0, 36))).code(),
            Code::unprocessable);
  EXPECT_EQ(fault(folder_.write("none.wav", WavHeader{0}.text())).code(), Code::unprocessable);
}

TEST(WavHeaders, ours_are_true) {
  std::string sound(3'200, '\1');
  for (std::uint32_t bytes : {std::uint32_t{3'200}, wav_bytes_unknown}) {
    std::string file = make_wav_header(22'050, bytes) + sound;
    EXPECT_EQ(find_wav_fault(file, file.size()), std::nullopt);
    SystemClock clock;
    Core core(0, clock);
    EXPECT_NEAR(core.run_until_done(decode_bytes(file)).seconds(), 1'600 / 22'050.0, 0.002);
  }
}

TEST(WavHeaders, cut_anywhere_are_no_danger) {
  std::string whole = WavHeader{}.text() + std::string(32'000, '\0');
  EXPECT_EQ(find_wav_fault(whole, whole.size()), std::nullopt);
  for (std::size_t size = 0; size <= 44; ++size) {
    auto fault = find_wav_fault(whole.substr(0, size), size);
    EXPECT_EQ(fault.has_value(), size >= 4) << size;
    EXPECT_NO_THROW(find_wav_fault(whole.substr(0, size), whole.size())) << size;
  }
}

}  // namespace
}  // namespace antiphon::speech
