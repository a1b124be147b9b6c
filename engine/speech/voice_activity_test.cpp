#include "engine/speech/voice_activity.h"

#include <gtest/gtest.h>

#include "engine/speech/resampler.h"
#include "engine/speech/sample_speech.h"

// E-41: where utterances begin and end.

namespace antiphon::speech {
namespace {

class VoiceActivityTest : public ::testing::Test {
 protected:
  std::vector<Sample> say(const std::string& voice, const std::string& text) {
    return core_.run_until_done(samples::say(voice, text));
  }

  SystemClock clock_;
  Core core_{0, clock_};
};

struct Utterance {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  bool cut = false;
  std::vector<Sample> sound;
};

// What was heard, in pieces of `piece` samples.
std::vector<Utterance> utterances(const std::vector<Sample>& sound, std::size_t piece,
                                  VoiceActivityOptions options = {}) {
  VoiceActivity activity(options);
  std::vector<Utterance> found;
  auto note = [&](const std::vector<VoiceEvent>& events) {
    for (const VoiceEvent& event : events) {
      if (auto* began = std::get_if<UtteranceBegan>(&event))
        found.push_back({.begin = began->begin_sample});
      if (auto* heard = std::get_if<UtteranceSound>(&event)) {
        auto& all = found.back().sound;
        all.insert(all.end(), heard->samples.begin(), heard->samples.end());
      }
      if (auto* ended = std::get_if<UtteranceEnded>(&event)) {
        found.back().end = ended->end_sample;
        found.back().cut = ended->cut;
      }
    }
  };
  for (std::size_t at = 0; at < sound.size(); at += piece) {
    note(activity.hear(std::span(sound).subspan(at, std::min(piece, sound.size() - at))));
  }
  note(activity.finish());
  return found;
}

TEST_F(VoiceActivityTest, E41_two_sentences_with_a_pause_are_two_utterances) {
  for (const char* voice : {"slt", "rms"}) {
    auto first = say(voice, "The stock market crashed today.");
    auto sound = samples::join({samples::silence(1), first, samples::silence(1.2),
                                say(voice, "The football team won."), samples::silence(1)});
    auto found = utterances(sound, 1'600);
    ASSERT_EQ(found.size(), 2u) << voice;
    // The pre-roll reaches before the first voice, the hang-over behind the last.
    EXPECT_LE(found[0].begin, 16'000u + 3'200u) << voice;
    EXPECT_GE(found[0].begin, 16'000u - 4'800u) << voice;
    EXPECT_GT(found[0].end, 16'000u + first.size() - 8'000u) << voice;
    EXPECT_LT(found[0].end, 16'000u + first.size() + 16'000u) << voice;
    for (const Utterance& utterance : found) {
      EXPECT_FALSE(utterance.cut);
      std::vector<Sample> expected(sound.begin() + static_cast<long>(utterance.begin),
                                   sound.begin() + static_cast<long>(utterance.end));
      EXPECT_EQ(utterance.sound, expected) << "an utterance has its sound without gaps";
    }
  }
}

// Phrases with `pause_s` between them, many times over.
std::vector<Sample> with_pauses(const std::vector<Sample>& phrase, double pause_s, int count) {
  std::vector<Sample> sound = samples::silence(0.5);
  for (int i = 0; i < count; ++i) {
    sound = samples::join({sound, phrase, samples::silence(pause_s)});
  }
  return samples::join({sound, samples::silence(1)});
}

TEST_F(VoiceActivityTest, E41_a_speaker_who_hesitates_is_no_longer_cut_off) {
  auto phrase = say("rms", "and then");
  auto sound = with_pauses(phrase, 0.45, 12);
  HangOver fixed{.first = std::chrono::milliseconds(500),
                 .least = std::chrono::milliseconds(500),
                 .most = std::chrono::milliseconds(500)};
  auto cut = utterances(sound, 1'600, {.hang_over = fixed});
  auto learnt = utterances(sound, 1'600);
  EXPECT_GE(cut.size(), 6u) << "with the silence of flite's own the pauses are over half a second";
  EXPECT_LT(learnt.size(), cut.size() / 2 + 1);
}

TEST_F(VoiceActivityTest, E41_a_fluent_speaker_is_answered_sooner) {
  auto phrase = say("slt", "we went to the market and bought some bread");
  VoiceActivity activity;
  EXPECT_EQ(activity.hang_over(), HangOver().first);
  activity.hear(with_pauses(std::vector<Sample>(phrase.begin(), phrase.end() - 4'000), 0.05, 30));
  EXPECT_LT(activity.hang_over(), HangOver().first);
  EXPECT_GE(activity.hang_over(), HangOver().least);
}

TEST_F(VoiceActivityTest, the_size_of_the_pieces_changes_nothing) {
  auto sound = samples::join({samples::silence(0.5), say("slt", "Hello."), samples::silence(1)});
  auto once = utterances(sound, sound.size());
  for (std::size_t piece : {1u, 159u, 161u, 1'000u}) {
    auto again = utterances(sound, piece);
    ASSERT_EQ(again.size(), once.size());
    EXPECT_EQ(again[0].begin, once[0].begin);
    EXPECT_EQ(again[0].sound, once[0].sound);
  }
}

TEST_F(VoiceActivityTest, silence_and_clicks_are_no_utterance) {
  EXPECT_TRUE(utterances(samples::silence(5), 1'600).empty());
  EXPECT_TRUE(utterances(std::vector<Sample>(80'000), 1'600).empty());
  auto clicks = samples::silence(3);
  for (std::size_t at = 8'000; at < clicks.size(); at += 16'000) clicks[at] = 20'000;
  EXPECT_TRUE(utterances(clicks, 1'600).empty());
}

TEST_F(VoiceActivityTest, a_speaker_without_pauses_is_cut_and_no_sound_is_lost) {
  auto sentence = say("slt", "Our company hired twenty new engineers this month and it grows.");
  std::vector<Sample> sound;
  for (int i = 0; i < 4; ++i) sound.insert(sound.end(), sentence.begin(), sentence.end());
  std::chrono::milliseconds longest(4'000);
  auto found = utterances(sound, 1'600, {.utterance_max = longest});
  ASSERT_GE(found.size(), 3u);
  EXPECT_TRUE(found[0].cut);
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_LE(found[i].sound.size(), 4u * 16'000u + VoiceActivityOptions().pre_roll.count() * 16);
    if (i > 0 && found[i - 1].cut) {
      EXPECT_LE(found[i].begin - found[i - 1].end, 16'000u / 2) << "only silence is left out";
    }
  }
}

// How much of a sine comes through, at most 1.
double passed(double hertz, int rate) {
  Resampler resampler(rate);
  auto out = resampler.convert(samples::tone(hertz, 1, rate));
  double peak = 0;
  for (std::size_t i = out.size() / 4; i < out.size() * 3 / 4; ++i) {
    peak = std::max(peak, std::abs(static_cast<double>(out[i])));
  }
  return peak / 8'000;
}

TEST(Resampling, E43_sound_of_8_to_48_khz_comes_to_16_khz) {
  for (int rate : {8'000, 11'025, 22'050, 32'000, 44'100, 48'000}) {
    EXPECT_NEAR(passed(440, rate), 1, 0.02) << rate;
    EXPECT_NEAR(passed(2'500, rate), 1, 0.02) << rate;
    Resampler resampler(rate);
    auto count = static_cast<double>(resampler.convert(samples::tone(440, 2, rate)).size());
    EXPECT_NEAR(count, 2 * sample_rate_hz, 100) << rate;
  }
  for (int rate : {32'000, 44'100, 48'000}) EXPECT_LT(passed(9'500, rate), 0.01) << rate;
  EXPECT_THROW(Resampler(7'999), Error);
  EXPECT_THROW(Resampler(96'000), Error);
}

TEST(Resampling, the_size_of_the_pieces_changes_nothing) {
  auto sound = samples::tone(700, 0.5, 44'100);
  auto once = Resampler(44'100).convert(sound);
  Resampler resampler(44'100);
  std::vector<Sample> joined;
  for (std::size_t at = 0; at < sound.size(); at += 77) {
    std::vector<Sample> piece(sound.begin() + static_cast<long>(at),
                              sound.begin() + static_cast<long>(std::min(at + 77, sound.size())));
    auto out = resampler.convert(piece);
    joined.insert(joined.end(), out.begin(), out.end());
  }
  EXPECT_EQ(joined, once);
}

}  // namespace
}  // namespace antiphon::speech
