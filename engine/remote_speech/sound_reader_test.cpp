#include "engine/remote_speech/sound_reader.h"

#include <gtest/gtest.h>

#include "engine/base/encoding.h"
#include "engine/base/error.h"
#include "engine/speech/wav_header.h"

// E-42: sound as servers send it, in pieces of any size.

namespace antiphon::remote_speech {
namespace {

std::string bytes_of(const std::vector<Sample>& samples) {
  return {reinterpret_cast<const char*>(samples.data()), samples.size() * sizeof(Sample)};
}

const std::vector<Sample> ramp = {1, -2, 300, -400, 5000, -6000};

std::string wav(std::uint32_t claimed, const std::string& sound) {
  return speech::make_wav_header(44'100, claimed) + sound;
}

struct Read {
  std::vector<Sample> samples;
  int sample_rate = 0;
  bool is_whole = true;
};

Read read(const std::string& file, std::size_t piece) {
  WavReader reader;
  Read read;
  for (std::size_t at = 0; at < file.size(); at += piece) {
    auto samples = reader.feed(std::string_view(file).substr(at, piece));
    read.samples.insert(read.samples.end(), samples.begin(), samples.end());
  }
  read.sample_rate = reader.sample_rate();
  try {
    reader.finish();
  } catch (const Error&) {
    read.is_whole = false;
  }
  return read;
}

TEST(WavReaderTest, E42_gives_the_same_sound_at_every_cut) {
  std::string sound = bytes_of(ramp);
  for (std::size_t piece = 1; piece < 60; ++piece) {
    Read whole = read(wav(12, sound) + "LIST????", piece);
    EXPECT_EQ(whole.samples, ramp) << piece;
    EXPECT_EQ(whole.sample_rate, 44'100);
    EXPECT_TRUE(whole.is_whole);
  }
}

TEST(WavReaderTest, E42_a_length_that_nobody_knew_is_no_length) {
  std::string sound = bytes_of(ramp);
  for (std::uint32_t claimed : {0xFFFF'FFFFu, 0xFFFF'FFDBu, 0x7FFF'FFFFu, 0u}) {
    Read endless = read(wav(claimed, sound), 7);
    EXPECT_EQ(endless.samples, ramp) << claimed;
    EXPECT_TRUE(endless.is_whole);
  }
}

TEST(WavReaderTest, E42_one_that_ends_early_is_cut) {
  std::string file = wav(12, bytes_of(ramp));
  for (std::size_t left = 1; left < file.size(); ++left) {
    EXPECT_FALSE(read(file.substr(0, left), 1000).is_whole) << left;
  }
}

TEST(WavReaderTest, two_channels_become_one) {
  std::string file = wav(12, bytes_of(ramp));
  file[22] = 2;
  for (std::size_t piece : {1, 5, 100}) {
    EXPECT_EQ(read(file, piece).samples, (std::vector<Sample>{0, -50, -500}));
  }
}

TEST(WavReaderTest, what_is_no_pcm16_is_refused) {
  auto is_refused = [](std::string file) {
    try {
      WavReader().feed(file);
    } catch (const Error& error) {
      return error.code() == Code::unprocessable;
    }
    return false;
  };
  std::string good = wav(12, bytes_of(ramp));
  auto changed = [&](std::size_t at, char byte) {
    std::string file = good;
    file[at] = byte;
    return file;
  };
  EXPECT_FALSE(is_refused(good));
  EXPECT_TRUE(is_refused("ID3 and more that is no sound"));
  EXPECT_TRUE(is_refused(changed(20, 3))) << "floating point";
  EXPECT_TRUE(is_refused(changed(34, 8))) << "8 bits";
  EXPECT_TRUE(is_refused(changed(22, 0))) << "no channel";
  EXPECT_TRUE(is_refused(good.substr(0, 12) + good.substr(36))) << "no format";
  EXPECT_TRUE(is_refused(good.substr(0, 12) + "LIST" + std::string(4, '\x7f') +
                         std::string(wav_head_bytes_max, ' ')));
}

TEST(SpeechEventsTest, E42_sound_comes_in_events_until_it_is_done) {
  SpeechEvents events;
  std::string sound = bytes_of(ramp);
  std::vector<Sample> heard;
  for (std::size_t at = 0; at < sound.size(); at += 5) {
    auto data = fmt::format(R"({{"type":"speech.audio.delta","audio":"{}"}})",
                            to_base64(std::string_view(sound).substr(at, 5)));
    auto samples = events.add({.data = data});
    heard.insert(heard.end(), samples.begin(), samples.end());
  }
  EXPECT_FALSE(events.is_done());
  events.add({.data = R"({"type":"speech.audio.done","token_usage":{"output_tokens":3}})"});
  EXPECT_TRUE(events.is_done());
  EXPECT_EQ(heard, ramp);
  EXPECT_THROW(events.add({.data = R"({"error":{"message":"no"}})"}), Error);
  EXPECT_THROW(events.add({.data = R"({"type":"speech.audio.delta","audio":"?"})"}), Error);
  EXPECT_THROW(events.add({.data = "{"}), Error);
}

}  // namespace
}  // namespace antiphon::remote_speech
