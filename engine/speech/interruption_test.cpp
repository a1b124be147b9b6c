#include "engine/speech/interruption.h"

#include <gtest/gtest.h>

#include "engine/speech/listening_sounds.h"

namespace antiphon::speech {
namespace {

using namespace std::chrono_literals;

const Instant now = Instant(1h);

struct Said {
  std::string words;
  std::string stable = {};
  Duration voice = 600ms;
  bool is_over = false;
};

Reaction react(OurSide side, const Said& said, std::optional<Instant> held_since = {},
               std::string_view language = "en") {
  HeardVoice heard{said.voice, said.stable, said.words, said.is_over};
  return decide_reaction(side, held_since, heard, language, {}, now);
}

TEST(InterruptionTest, E41_who_listens_is_never_interrupted) {
  EXPECT_EQ(react(OurSide::listening, {"wait a moment", "wait a moment"}), Reaction::none);
}

TEST(InterruptionTest, E41_a_voice_holds_the_answer_and_words_decide) {
  EXPECT_EQ(react(OurSide::speaking, {"", "", 100ms}), Reaction::none) << "a click";
  EXPECT_EQ(react(OurSide::speaking, {""}), Reaction::hold);
  EXPECT_EQ(react(OurSide::speaking, {"but", ""}, now - 200ms), Reaction::none) << "one word";
  EXPECT_EQ(react(OurSide::speaking, {"but what about", "but what"}, now - 500ms), Reaction::yield);
  EXPECT_EQ(react(OurSide::speaking, {"tomorrow", "", 600ms, true}, now - 900ms), Reaction::yield)
      << "a single word that is over is a turn, too";
}

TEST(InterruptionTest, E41_listening_sounds_interrupt_nobody) {
  EXPECT_EQ(react(OurSide::speaking, {"mm", "mm"}), Reaction::none);
  EXPECT_EQ(react(OurSide::speaking, {"yeah okay", "yeah okay"}, now - 100ms), Reaction::go_on);
  EXPECT_EQ(react(OurSide::speaking, {"okay", "", 600ms, true}), Reaction::none);
  EXPECT_EQ(react(OurSide::thinking, {"mm okay", "mm okay"}), Reaction::none);
  EXPECT_EQ(react(OurSide::speaking, {"okay but why", "okay but why"}), Reaction::yield);
}

TEST(InterruptionTest, E41_asking_to_stop_is_heeded_before_it_stands_firm) {
  EXPECT_EQ(react(OurSide::speaking, {"no", ""}), Reaction::yield);
  EXPECT_EQ(react(OurSide::speaking, {"oh wait", ""}, now - 10ms), Reaction::yield);
  EXPECT_EQ(react(OurSide::speaking, {"nobody", ""}, now - 10ms), Reaction::none) << "another word";
  EXPECT_EQ(react(OurSide::speaking, {"VÄNTA", ""}, {}, "sv-SE"), Reaction::yield);
}

TEST(InterruptionTest, E41_what_is_said_while_we_think_belongs_to_the_question) {
  EXPECT_EQ(react(OurSide::thinking, {""}), Reaction::none);
  EXPECT_EQ(react(OurSide::thinking, {"and on friday", "and on"}), Reaction::restart);
}

TEST(InterruptionTest, E27_a_false_interruption_is_over_after_two_seconds) {
  EXPECT_EQ(react(OurSide::speaking, {""}, now - 1999ms), Reaction::none);
  EXPECT_EQ(react(OurSide::speaking, {""}, now - 2s), Reaction::go_on);
  EXPECT_EQ(react(OurSide::speaking, {"", "", 600ms, true}, now - 700ms), Reaction::go_on)
      << "noise that is over";
}

TEST(ListeningSounds, E41_are_known_by_language) {
  struct Case {
    std::string_view language;
    std::vector<std::string_view> listening;
    std::vector<std::string_view> others;
  };
  const Case cases[] = {
      {"en-GB", {"Mm.", "uh-huh", "I see", "Yeah, right", "of course"}, {"", "I seem", "see", "I"}},
      {"sv", {"mm", "just det", "Ja, precis!", "OKEJ"}, {"just", "det", "jag vet", "ja men nej"}},
      {"ja",
       {"はい", "うん、そうですね。", "なるほど", "hai hai"},
       {"はいしゃ", "何ですか", "haiku"}},
      {"hi", {"हाँ", "ठीक है जी"}, {"ठीक", "नहीं"}},
      {"fi", {"mm", "hmm"}, {"yes", "joo"}}};
  for (const Case& each : cases) {
    for (auto text : each.listening) {
      EXPECT_TRUE(is_listening_sound(text, each.language)) << each.language << ": " << text;
    }
    for (auto text : each.others) {
      EXPECT_FALSE(is_listening_sound(text, each.language)) << each.language << ": " << text;
    }
  }
}

TEST(ListeningSounds, what_asks_to_stop_is_found_anywhere) {
  EXPECT_TRUE(asks_to_stop("please hold on", "en"));
  EXPECT_TRUE(asks_to_stop("ちょっと待って", "ja"));
  EXPECT_FALSE(asks_to_stop("on hold", "en"));
  EXPECT_FALSE(asks_to_stop("stop", "fi"));
  EXPECT_FALSE(asks_to_stop("", "en"));
}

}  // namespace
}  // namespace antiphon::speech
