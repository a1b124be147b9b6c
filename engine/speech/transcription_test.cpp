#include "engine/speech/transcription.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/speech/sample_speech.h"
#include "engine/speech/scripted_recogniser.h"
#include "engine/speech/wav_header.h"

namespace antiphon::speech {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class TranscriptionTest : public ::testing::Test {
 protected:
  // A second and a half of a tone or of nothing.
  static std::string wav(bool is_silent) {
    auto sound = is_silent ? samples::silence(1.5) : samples::tone(300, 1.5, sample_rate_hz);
    std::string bytes(reinterpret_cast<const char*>(sound.data()), sound.size() * sizeof(Sample));
    return make_wav_header(sample_rate_hz, static_cast<std::uint32_t>(bytes.size())) + bytes;
  }

  // Lines that were told; the error that it ended with is the last one.
  std::vector<std::string> lines(const std::string& media, ScriptedFault fault = {}) {
    ScriptedRecogniser recogniser({{8'000, Transcript::Kind::partial, "one"},
                                   {16'000, Transcript::Kind::final, "one two"},
                                   {20'000, Transcript::Kind::final, ""},
                                   {24'000, Transcript::Kind::final, "three"}},
                                  fault);
    std::vector<std::string> told;
    auto all = [&]() -> Task<> {
      auto reader = read_media_bytes(media);
      auto length =
          co_await transcribe(&recogniser, reader.get(), "en", [&](const Recognition& result) {
            told.push_back(result ? result->text : "lost: " + result.error().message);
          });
      told.push_back(fmt::format("{} ms", length.count()));
    };
    try {
      core_.run_until_done(all());
    } catch (const Error& error) {
      told.push_back(error.message());
    }
    return told;
  }

  SystemClock clock_;
  Core core_{0, clock_};
};

TEST_F(TranscriptionTest, E43_a_recording_becomes_its_finals) {
  EXPECT_THAT(lines(wav(false)), ElementsAre("one two", "three", "1500 ms"));
}

TEST_F(TranscriptionTest, E43_a_silent_recording_is_told_as_silent) {
  EXPECT_THAT(lines(wav(true)).back(), HasSubstr("The recording is silent"));
}

TEST_F(TranscriptionTest, what_was_lost_is_told_and_the_rest_goes_on) {
  auto told = lines(wav(false), ScriptedFault::crash);
  EXPECT_EQ(told.size(), 4u);
  EXPECT_THAT(told.front(), HasSubstr("lost: "));
}

TEST_F(TranscriptionTest, E43_media_that_breaks_in_the_middle_gives_its_error) {
  std::string cut = wav(false).substr(0, 20'000);
  EXPECT_THAT(lines(cut).back(), HasSubstr("48000"));
  EXPECT_THAT(lines("some text\n").back(), HasSubstr("This is text"));
}

TEST_F(TranscriptionTest, without_a_recogniser_nothing_is_told) {
  EXPECT_THAT(lines(wav(false), ScriptedFault::unavailable),
              ElementsAre(HasSubstr("told to be unavailable")));
}

}  // namespace
}  // namespace antiphon::speech
